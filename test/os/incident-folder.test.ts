import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { listIncidents, readIncident } from '../../lib/os/incident-files.js'
import { openIncidents } from '../../lib/os/incident-folder.js'
import { incidentText } from '../../lib/os/incident-text.js'
import type { IncidentsConfig } from '../../lib/wire/commands.js'
import type { NodeEvidence } from '../../lib/wire/evidence.js'
import { FakeTime } from './fake-time.js'
import { AT, incident } from './incident-samples.js'
import { until } from './processes.js'

const HOUR_MS = 3_600_000
const MB = 1024 * 1024
const NAME = '2026-01-02T03-04-05.006Z-search-life3-42.json'

const config = (dir: string, over: Partial<IncidentsConfig> = {}): IncidentsConfig => ({
  ...{ dir, maxBytes: 64 * MB, maxFiles: 200, maxAge: Number.POSITIVE_INFINITY },
  ...{ cooldown: 0, budget: 0, heapSnapshot: 0 },
  ...over,
})

const folder = (t: Test) => join(t.testdir(), 'state', 'incidents')

function node(over: Partial<NodeEvidence>): NodeEvidence {
  const nothing = {
    stack: null,
    profile: null,
    allocations: null,
    heap: null,
    report: null,
    snapshot: null,
    error: null,
    notes: [],
  }
  return { pid: 1, at: AT, trigger: 'asked', ...nothing, ...over }
}

t.test('a file that is whole, private, and called by when, who and which life', async t => {
  const dir = folder(t)
  const { write, pathOf } = openIncidents(config(dir))
  const one = incident()
  const path = join(dir, NAME)
  t.equal(pathOf(one), path)
  t.strictSame(await write(one), { path })
  t.equal(readFileSync(path, 'utf8'), `${JSON.stringify(one)}\n`)
  for (const made of [dir, join(dir, '..')]) t.equal(statSync(made).mode & 0o777, 0o700)
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.strictSame(await readIncident(path), one)
})

t.test('a name that is no name of a file is made one', async t => {
  const dir = folder(t)
  const { write, idle } = openIncidents(config(dir))
  for (const name of ['../../etc/x', 'ä b', 'x'.repeat(300), '']) await write(incident({}, { name, pid: null }))
  await idle()
  t.strictSame(
    readdirSync(dir).map(file => file.slice('2026-01-02T03-04-05.006Z-'.length, -'-life3-0.json'.length)),
    ['.._.._etc_x', '_', '__b', 'x'.repeat(80)],
  )
  t.equal((await listIncidents(dir)).length, 4)
})

t.test('a folder that others can get at is refused', { skip: process.platform === 'win32' }, async t => {
  const dir = t.testdir({ file: '', real: {}, open: {} })
  chmodSync(join(dir, 'open'), 0o755)
  chmodSync(join(dir, 'real'), 0o700)
  symlinkSync(join(dir, 'real'), join(dir, 'link'))
  for (const [name, why] of [
    ['open', 'it is open to others (mode 755)'],
    ['link', 'it is no folder'],
    ['file', 'EEXIST: file already exists'],
    ['file/in', 'ENOTDIR: not a directory'],
  ] as const) {
    const to = join(dir, name)
    t.strictSame(await openIncidents(config(to)).write(incident()), {
      error: `no incident was written to ${to}: ${why}`,
    })
  }
  t.strictSame(readdirSync(join(dir, 'real')), [])
})

t.test('what cannot be written is an error, and leaves no draft', async t => {
  const dir = folder(t)
  const put = async (path: string) => {
    writeFileSync(path, 'half of')
    throw Object.assign(new Error(`EDQUOT: disk quota exceeded, write`), { code: 'EDQUOT' })
  }
  const { write, idle } = openIncidents(config(dir), { put })
  t.strictSame(await write(incident()), { error: `no incident was written to ${dir}: EDQUOT: disk quota exceeded` })
  t.match(await write(incident({ at: Number.NaN })), { error: /Invalid time value/ })
  t.match(await write(incident({ tree: [1n as never] })), { error: /BigInt/ })
  await idle()
  t.strictSame(readdirSync(dir), [])
})

t.test('a disk that is full, and one that is read-only', async t => {
  const mount = t.testdir()
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'osqwatch-test', mount]).status !== 0)
    return t.pass('mounted', { skip: 'nothing can be mounted here' })
  const unmount = () => spawnSync('umount', [mount])
  process.once('exit', unmount)
  const dir = join(mount, 'incidents')
  const { write, idle } = openIncidents(config(dir))
  const large = incident({ account: 'x'.repeat(100_000) })
  t.match(await write(large), { error: /ENOSPC: no space left on device$/ })
  t.match(await write(incident()), { path: NAME })
  await idle()
  t.strictSame(readdirSync(dir), [NAME])
  spawnSync('mount', ['-o', 'remount,ro', mount])
  t.match(await write(incident({ at: AT + 1 })), { error: /EROFS: read-only file system$/ })
  unmount()
  process.off('exit', unmount)
})

t.test(
  'a disk that hangs: an error in time, nothing else is begun meanwhile, and it goes on when it is back',
  async t => {
    const dir = folder(t)
    let back: () => void = () => {}
    let puts = 0
    const put = async (path: string, text: string) => {
      if (++puts === 1)
        await new Promise<void>(resolve => {
          back = resolve
        })
      writeFileSync(path, text)
    }
    const timing = new FakeTime()
    const { write, idle } = openIncidents(config(dir), { put, timeoutMs: 200, timing })
    const first = write(incident())
    const second = write(incident({ at: AT + 1 }))
    await until('it is at work', () => puts === 1)
    await timing.pass(200)
    t.strictSame(await first, { error: `no incident was written to ${dir}: it took more than 200 ms` })
    t.strictSame(await second, { error: `no incident was written to ${dir}: what was begun before has not come back` })
    await idle()
    t.equal(puts, 1)
    back()
    // Its draft goes, as it was told that there is none.
    for (let n = 0; n < 1000 && (readdirSync(dir).length > 0 || puts < 2); n++) {
      await new Promise(setImmediate)
      if (readdirSync(dir).length === 0) await write(incident({ at: AT + 2 }))
    }
    t.strictSame(readdirSync(dir), ['2026-01-02T03-04-05.008Z-search-life3-42.json'])
  },
)

t.test('at most 60 within a minute, one after the other', async t => {
  const dir = folder(t)
  let open = 0
  let most = 0
  const put = async (path: string, text: string) => {
    most = Math.max(most, ++open)
    await new Promise(setImmediate)
    writeFileSync(path, text)
    open--
  }
  const { write, idle } = openIncidents(config(dir), { put })
  const answers = await Promise.all(Array.from({ length: 63 }, (_, n) => write(incident({ at: AT + n }))))
  t.equal(answers.filter(answer => 'path' in answer).length, 60)
  t.strictSame(answers.slice(60), Array(3).fill({ error: 'more than 60 incidents within a minute' }))
  await idle()
  t.equal(readdirSync(dir).length, 60)
  t.equal(most, 1)
})

t.test('it is kept within its bounds, the oldest goes first, and what is foreign stays', async t => {
  const dir = folder(t)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const put = (file: string, age = 0) => {
    writeFileSync(join(dir, file), 'x'.repeat(1000))
    utimesSync(join(dir, file), Date.now() / 1000, (Date.now() - age) / 1000)
  }
  const old = (n: number) => `2025-01-0${n}T00-00-00.000Z-a-life1-1`
  for (const n of [1, 2, 3, 4, 5]) put(`${old(n)}.json`)
  put(`${old(1)}.heapsnapshot`)
  put(`${old(3)}.heapsnapshot`)
  put(`${old(3)}.2.heapsnapshot`)
  put(`.${old(1)}.77-1.tmp`, 2 * HOUR_MS)
  put(`.${old(2)}.77-2.tmp`)
  put('.evidence-77-1.json', 2 * HOUR_MS)
  put('.evidence-77-2.json')
  const foreign = ['notes.json', `${old(1)}.json.bak`, `copy ${old(1)}.json`, '.hidden']
  for (const file of foreign) put(file, 1e12)
  mkdirSync(join(dir, `${old(6)}.json`))
  const stays = [...foreign, `.${old(2)}.77-2.tmp`, '.evidence-77-2.json', `${old(6)}.json`]
  const left = () => readdirSync(dir).filter(file => !stays.includes(file))

  const few = openIncidents(config(dir, { maxFiles: 4 }))
  await few.write(incident())
  await few.idle()
  t.strictSame(
    left(),
    [`${old(3)}.2.heapsnapshot`, ...[3, 4, 5].map(n => `${old(n)}.json`), NAME, `${old(3)}.heapsnapshot`].sort(),
  )

  const small = openIncidents(config(dir, { maxBytes: 4000 }))
  await small.write(incident())
  await small.idle()
  t.strictSame(left(), [`${old(4)}.json`, `${old(5)}.json`, NAME])

  const young = openIncidents(config(dir, { maxAge: Date.now() - Date.UTC(2025, 0, 4, 12) }))
  await young.write(incident())
  await young.idle()
  t.strictSame(left(), [`${old(5)}.json`, NAME])

  const least = openIncidents(config(dir, { maxFiles: 1, maxAge: 0 }))
  await least.write(incident())
  await least.idle()
  t.strictSame(left(), [NAME], 'the newest stays')
  for (const file of stays) t.ok(existsSync(join(dir, file)), file)
})

t.test('one that is too large is shortened, from what is missed least', t => {
  const big = 'x'.repeat(300_000)
  const row = Array.from({ length: 40_000 }, () => 1)
  const root = { frame: { function: big, file: '', line: 0, column: 0 }, self: 1, children: [] }
  const whole = incident({
    evidence: { node: [node({ report: { big }, profile: { ms: 1, samples: 1, root } })], processes: [], notes: ['n'] },
    stderr: { text: `${big}the end`, truncated: false },
    recording: { ...incident().recording, memory: { at: row, rss: row }, beats: { at: row, wall: row, own: row } },
  })
  const size = (text: string | null) => Buffer.byteLength(text ?? '')
  const full = incidentText(whole, Number.POSITIVE_INFINITY) as string
  t.strictSame(JSON.parse(full), whole)
  t.ok(full.endsWith('}\n'))
  const cut = (most: number) => {
    const text = incidentText(whole, most)
    t.ok(size(text) <= most)
    return JSON.parse(text as string)
  }
  const first = cut(size(full) - 1)
  t.strictSame([first.evidence.node[0].report, first.evidence.node[0].profile?.samples], [null, 1])
  t.strictSame(first.evidence.notes, ['n', `left out, for a file may have ${size(full) - 1} bytes: reports`])
  t.equal(cut(size(full) - 400_000).evidence.node[0].profile, null)
  const third = cut(size(full) - 700_000)
  t.strictSame(third.stderr, { text: `${'x'.repeat(8185)}the end`, truncated: true })
  t.equal(third.recording.memory.at.length, 40_000)
  const last = cut(20_000)
  t.strictSame([last.recording.memory.at, last.recording.beats.own], [[], []])
  t.match(last.evidence.notes[1], /reports, profiles, stderr but for its last 8192 characters, looks .*, beats$/)
  t.strictSame(cut(size(incidentText(whole, 20_000)) - 20).evidence.node, [])
  t.equal(incidentText(whole, 1000), null)
  t.equal(size(incidentText(incident(), 2000)), size(incidentText(incident(), 1e9)), 'a small one stays whole')
  t.end()
})

t.test('a heap snapshot goes beside its incident, unless it is too large', async t => {
  const dir = folder(t)
  const { write, keepSnapshot, pathOf } = openIncidents(config(dir, { maxBytes: 10_000 }))
  await write(incident())
  const made = (size: number) => {
    const from = join(dir, '.evidence-1.heapsnapshot')
    writeFileSync(from, 'x'.repeat(size))
    return from
  }
  const base = pathOf(incident()).slice(0, -'.json'.length)
  t.equal(await keepSnapshot(made(10), pathOf(incident())), `${base}.heapsnapshot`)
  t.equal(await keepSnapshot(made(20), pathOf(incident())), `${base}.2.heapsnapshot`)
  t.equal(statSync(`${base}.2.heapsnapshot`).size, 20)
  t.equal(await keepSnapshot(made(10_001), pathOf(incident())), null)
  t.equal(await keepSnapshot(join(dir, 'none'), pathOf(incident())), null)
  t.equal(readdirSync(dir).length, 3)
})

t.test('the list has the newest first, and passes over what is no incident', async t => {
  const dir = folder(t)
  t.strictSame(await listIncidents(dir), [])
  const { write, idle } = openIncidents(config(dir))
  const first = await write(incident())
  const second = await write(incident({ at: AT + 5 }, { name: 'a-life7-b', life: 12, pid: null }))
  await idle()
  for (const junk of ['x.json', '2026-99-99T99-99-99.999Z-a-life1-1.json', '.x']) writeFileSync(join(dir, junk), '')
  mkdirSync(join(dir, '2026-01-01T00-00-00.000Z-a-life1-1.json'))
  t.match(await listIncidents(dir), [
    { ...second, at: AT + 5, name: 'a-life7-b', life: 12, pid: null },
    { ...first, at: AT, name: 'search', life: 3, pid: 42, size: statSync(join(dir, NAME)).size },
  ])
  t.equal((await listIncidents(dir)).length, 2)
})

t.test('a file that is no incident is refused, and it is said why', async t => {
  const good = JSON.stringify(incident())
  const { replay: _, ...partial } = incident()
  const dir = t.testdir({
    folder: {},
    torn: good.slice(0, 100),
    list: '[]',
    other: '{"format":"other"}',
    newer: JSON.stringify({ ...incident(), version: 2 }),
    partial: JSON.stringify(partial),
    odd: JSON.stringify({ ...incident(), tree: null }),
  })
  for (const [file, why] of [
    ['none', /cannot be read: ENOENT/],
    ['folder', /is no file$/],
    ['torn', /is no JSON: /],
    ['list', /is no incident: it holds array$/],
    ['other', /is no incident: its format is "other"$/],
    ['newer', /is of version 2; this osqwatch knows version 1$/],
    ['partial', /is no whole incident: replay is nothing, not object$/],
    ['odd', /is no whole incident: tree is null, not array$/],
  ] as const)
    await t.rejects(readIncident(join(dir, file)), { code: 'ERR_OSQWATCH_INCIDENT', message: why }, file)
})
