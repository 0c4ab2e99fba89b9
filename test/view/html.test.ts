/** The page of an incident as text: escaped everywhere, complete without its script, and nothing asked of a network. */
import t from 'tap'
import { pageOf } from '../../lib/view/html/index.js'
import { html, jsonIn, Markup } from '../../lib/view/html/markup.js'
import { HOSTILE, hostile } from '../fixtures/hostile.js'
import { INCIDENTS } from '../fixtures/incidents.js'

const ASSETS = { script: { text: '/* script */', hash: 'sha256-s' }, style: { text: '/* style */', hash: 'sha256-t' } }

for (const [name, incident] of Object.entries(INCIDENTS)) {
  t.test(name, async t => {
    const page = pageOf(incident, ASSETS)
    t.match(page, `default-src 'none'; script-src &#39;sha256-s&#39;`.replaceAll("'", '&#39;'))
    t.notMatch(page, /(?:src|href|action)=|url\(|@import|style="|\son\w+=/i, 'nothing is loaded, nothing is inline')
    const headings = [...page.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, title]) => title)
    for (const title of [
      'In short',
      'Before and after',
      'The ladder',
      'Its processes',
      'Limits that mattered',
      'The machine',
    ])
      t.ok(headings.includes(title), title)
    t.equal(page.match(/<h1>/g)?.length, 1)
    t.equal(page.match(/<table>/g)?.length, page.match(/<caption /g)?.length, 'each table has a caption')
    t.notMatch(page, /<th(?! scope="col")[ >]/, 'each head says of what')
    const plots = [...page.matchAll(/data-plot="(\w+)" role="img" aria-label="([^"]+)"/g)]
    t.ok(plots.length >= 1, 'plots')
    for (const [, , words] of plots) t.match(words, /^At first .+; at most .+; at last .+\.$/, 'in words, too')
  })
}

/** Elements of the page, and what stands in it as data. */
const tagsOf = (page: string) => [...page.matchAll(/<\/?([a-z][\w-]*)/gi)].map(([tag]) => tag.toLowerCase())

t.test('hostile strings are text wherever they stand', async t => {
  const [harmless, harmed] = [hostile('harmless'), hostile()].map(incident => pageOf(incident, ASSETS)) as [
    string,
    string,
  ]
  t.strictSame(tagsOf(harmed), tagsOf(harmless), 'not one element more, or fewer')
  t.notMatch(harmed, /<img|<!--/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  t.notMatch(harmed, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u202e]/)
})

t.test('the data reads back as it was, and the record as it was written', async t => {
  const incident = hostile()
  const page = pageOf(incident, ASSETS)
  const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? []
  t.notMatch(data, /[<>&]/)
  t.strictSame(
    JSON.parse(data).curves.map(({ name }: { name: string }) => name),
    ['memory', 'cpu', 'lateness'],
  )
  const [, record = ''] = /aria-label="The record as JSON">(.*?)<\/pre>/s.exec(page) ?? []
  const named: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
  const unescaped = record.replace(/&(?:amp|lt|gt|quot|#39);/g, entity => named[entity] ?? '')
  t.strictSame(JSON.parse(unescaped), JSON.parse(JSON.stringify(incident)))
})

t.test('markup: only markup is let through', async t => {
  t.equal(
    html`<p title="${'"'}">${HOSTILE.slice(0, 9)}${[1, html`<b></b>`, null]}</p>`.text,
    '<p title="&quot;">&lt;/script&gt;1<b></b></p>',
  )
  t.equal(html`${{ text: '<b>' } as unknown as string}`.text, '[object Object]')
  t.ok(html`` instanceof Markup)
  t.equal(jsonIn('</script>\u2028&').text, '"\\u003c/script\\u003e\\u2028\\u0026"')
})
