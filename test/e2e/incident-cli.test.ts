/** `osqwatch incidents` and `osqwatch incident`: which one is meant, and in which form it is told. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { baseNameOf } from '../../lib/os/incident-names.js'
import { INCIDENTS } from '../fixtures/incidents.js'
import { osqwatch } from '../fixtures/run-cli.js'

const { leak, spin, stranger } = INCIDENTS
const MINUTE = 60_000

/** A home with three incidents, the spin being the newest. */
function home(t: Test): { folder: string; files: string[] } {
  const folder = t.testdir({})
  const dir = join(folder, '.local/state/osqwatch/incidents')
  mkdirSync(dir, { recursive: true })
  const files = [spin, leak, stranger].map((incident, n) => {
    const at = incident.at - n * MINUTE
    const path = join(dir, `${baseNameOf({ ...incident, at })}.json`)
    writeFileSync(path, `${JSON.stringify({ ...incident, at })}\n`)
    return path
  })
  return { folder, files }
}

const ends = async (t: Test, args: readonly string[], folder: string) => {
  const { code, stdout, stderr } = await osqwatch(args, folder)
  t.strictSame([code, stderr], [0, ''], args.join(' '))
  return stdout
}

t.test('the list, newest first', async t => {
  const { folder, files } = home(t)
  const lines = (await ends(t, ['incidents'], folder)).trimEnd().split('\n')
  t.match(
    lines[0],
    /^ {2}1 {2}2026-03-14 \d\d:\d\d:\d\d \S+ {2}search {2}life 2 {2}no answer for 10 s: its loop was spinning$/,
  )
  t.strictSame(
    [lines[1], lines[3], lines[5]].map(line => line?.trim()),
    files,
  )
  const listed = JSON.parse(await ends(t, ['incidents', '--json'], folder))
  t.match(listed[1], { name: 'search', life: 2, pid: 48_213, cause: 'limit', verdict: 'memory', path: files[1] })
  t.match(listed[2], { cause: 'signal', verdict: null, what: 'SIGKILL from somebody else' })
})

t.test('a file that cannot be read is in the list all the same', async t => {
  const { folder, files } = home(t)
  writeFileSync(files[0] as string, '{"format":')
  const [first, second] = JSON.parse(await ends(t, ['incidents', '--json'], folder))
  t.match(first, { name: 'search', what: /^cannot be read: .* is no JSON/, cause: null })
  t.match(second, { cause: 'limit' })
})

t.test('another folder, and one that is empty', async t => {
  const { folder } = home(t)
  mkdirSync(join(folder, 'none'))
  t.equal(await ends(t, ['incidents', '--dir', 'none'], folder), `No incidents in ${join(folder, 'none')}\n`)
  t.equal(await ends(t, ['incidents', '--dir', 'none', '--json'], folder), '[]\n')
  const { code, stderr } = await osqwatch(['incident', '--dir', 'none'], folder)
  t.strictSame([code, stderr], [2, `osqwatch: there are no incidents in ${join(folder, 'none')}\n`])
})

t.test('the folder that settings name, where they are sound', async t => {
  const { folder, files } = home(t)
  const settings = (text: string) => writeFileSync(join(folder, 'osqwatch.config.json'), text)
  mkdirSync(join(folder, 'deaths'))
  settings('{ "incidents": { "dir": "deaths", "maxFiles": 5 } }')
  t.equal(await ends(t, ['incidents'], folder), `No incidents in ${join(folder, 'deaths')}\n`)
  for (const text of ['{ "incidents": false }', '{ "incidents": { "maxFiles": 5 } }']) {
    settings(text)
    t.match(await ends(t, ['incidents'], folder), files[0], text)
  }
  for (const text of ['{ "incidents": 3 }', '{']) {
    settings(text)
    const { code, stdout, stderr } = await osqwatch(['incidents'], folder)
    t.strictSame([code, stdout.includes(files[0] as string)], [0, true])
    t.match(
      stderr,
      /^osqwatch: An option is wrong:\n {2}osqwatch\.config\.json.*\nosqwatch: so this is of the default folder, /,
    )
  }
  settings('{}')
  const byEnv = await osqwatch(['incidents'], folder, { OSQWATCH_INCIDENTS: 'deaths' })
  t.equal(byEnv.stdout, `No incidents in ${join(folder, 'deaths')}\n`)
})

t.test('which one: the latest, a number, a file', async t => {
  const { folder, files } = home(t)
  const [latest, ...others] = await Promise.all(
    [['incident'], ['incident', 'latest'], ['incident', '1'], ['incident', files[0] as string]].map(args =>
      ends(t, args, folder),
    ),
  )
  t.match(latest, /^extension search: no answer for 10 s: its loop was spinning\n/)
  t.ok(latest?.endsWith(`\n${files[0]}\n`), 'and last the file')
  for (const other of others) t.equal(other, latest)
  t.match(await ends(t, ['incident', '2'], folder), /^extension search: memory grew/)
  t.strictSame(
    JSON.parse(await ends(t, ['incident', '2', '--json'], folder)),
    JSON.parse(readFileSync(files[1] as string, 'utf8')),
  )
})

t.test('what is none', async t => {
  const { folder } = home(t)
  writeFileSync(join(folder, 'other.json'), '{}')
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['4', /^osqwatch: there are only 3 incidents in /],
    ['nowhere.json', /^osqwatch: there is no file "nowhere\.json"\n$/],
    ['other.json', /^osqwatch: other\.json is no incident/],
  ]
  for (const [file, tells] of wrong) {
    const { code, stdout, stderr } = await osqwatch(['incident', file], folder)
    t.strictSame([code, stdout], [2, ''], file)
    t.match(stderr, tells)
  }
})

t.test('a page: beside, as named, or on stdout', async t => {
  const { folder, files } = home(t)
  const name = `${baseNameOf(spin)}.html`
  t.equal(await ends(t, ['incident', '--html'], folder), `${name}\n`)
  const page = readFileSync(join(folder, name), 'utf8')
  t.match(page, /^<!doctype html>/)
  t.ok(page.includes('uPlot') || page.includes('uplot'), 'with what it is drawn by')
  t.equal(await ends(t, ['incident', files[0] as string, '--html', 'mine.html'], folder), 'mine.html\n')
  t.equal(readFileSync(join(folder, 'mine.html'), 'utf8'), page)
  t.equal(await ends(t, ['incident', '--html', '-'], folder), page)
})
