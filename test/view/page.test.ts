/** The page of an incident in a browser, where there is one: it draws, and neither it nor what stands in it does anything else. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { assets } from '../../lib/cli/assets.js'
import { pageOf } from '../../lib/view/html/index.js'
import type { Incident } from '../../lib/wire/incident.js'
import { hostile } from '../fixtures/hostile.js'
import { INCIDENTS } from '../fixtures/incidents.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const { CHROME_PATH, PATH = '' } = process.env
const places = PATH.split(delimiter).flatMap(folder => NAMES.map(name => join(folder, name)))
const browser = [CHROME_PATH ?? '', ...places].find(path => path !== '' && existsSync(path))
const skip = browser === undefined && 'no chromium or google-chrome on PATH, and no CHROME_PATH'

interface Seen {
  /** The document after its script has run. */
  readonly dom: string
  /** What the browser had to say of it. */
  readonly said: readonly string[]
}

/** Without a network: whatever name it asks for, there is none. */
function open(t: Test, page: string, width = 1280): Promise<Seen> {
  const folder = t.testdir({ 'page.html': page })
  const home = join(folder, 'browser')
  mkdirSync(home)
  const args = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--enable-logging=stderr'],
    ...[`--user-data-dir=${home}`, '--host-resolver-rules=MAP * ~NOTFOUND', '--virtual-time-budget=3000'],
    ...[`--window-size=${width},2000`, '--dump-dom', pathToFileURL(join(folder, 'page.html')).href],
  ]
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024, timeout: 120_000, env: { ...process.env, HOME: home } }
    execFile(browser as string, args, options, (error, dom, stderr) => {
      if (error !== null) return reject(error)
      resolve({ dom, said: stderr.split('\n').filter(line => /CONSOLE|Content.Security/i.test(line)) })
    })
  })
}

const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length

async function draws(t: Test, incident: Incident, width?: number) {
  const { dom, said } = await open(t, pageOf(incident, assets()), width)
  t.strictSame(said, [], 'nothing to complain of, and no policy violated')
  const places = count(dom, /data-plot="/g)
  t.ok(places >= 1)
  t.equal(count(dom, /<canvas/g), places, 'a canvas a plot')
  t.notMatch(dom, /<canvas[^>]* (?:width|height)="0"/)
  return dom
}

t.test('each of the seven draws its plots', { skip }, async t => {
  for (const [name, incident] of Object.entries(INCIDENTS))
    await t.test(name, async t => {
      await draws(t, incident)
    })
})

t.test('a profile is a flame graph, with names and widths', { skip }, async t => {
  for (const width of [1280, 400]) {
    const dom = await draws(t, INCIDENTS.spin, width)
    const [svg = ''] = /<svg [^>]*d3-flame-graph.*?<\/svg>/s.exec(dom) ?? []
    t.ok(count(svg, /<rect /g) >= 7, 'frames')
    t.match(svg, 'RegExp: ^(\\w+\\s?)+$')
    t.match(svg, /parseQuery, lib\/query\.js:42:20: 9[78]\.\d %/, 'each tells its share')
    t.ok(Math.max(...[...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, wide]) => Number(wide))) >= 300)
  }
})

t.test('hostile strings run nothing', { skip }, async t => {
  const dom = await draws(t, hostile())
  t.notMatch(dom, /<img/)
})

t.test('the collector does hear: of an error, and of what the policy forbids', { skip }, async t => {
  const page = pageOf(INCIDENTS.spin, assets())
  const { said } = await open(
    t,
    page.replace('</main>', '</main><script>console.error("never")</script><img src="https://example.com/x.png">'),
  )
  t.ok(said.some(line => /script-src/.test(line)))
  t.ok(said.some(line => /img-src|default-src/.test(line)))
})

t.test('an incident of an empty recording draws nothing, and does not fail', { skip }, async t => {
  const { recording, ...rest } = INCIDENTS.stranger
  const samples = Object.fromEntries(Object.keys(recording.samples).map(key => [key, []])) as never
  const empty = { ...recording, samples, memory: { at: [], rss: [] }, beats: { at: [], wall: [], own: [] } }
  const { dom, said } = await open(t, pageOf({ ...rest, recording: empty }, assets()))
  t.strictSame(said, [])
  t.match(dom, 'The recorder has nothing of it')
})
