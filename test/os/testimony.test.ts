/** What is in the files of witnesses: a child may have written anything there, and its folder may hold anything. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t, { type Test } from 'tap'
import { framesIn } from '../../lib/os/stack-text.js'
import { dropTestimony, readTestimony, sweepTestimony } from '../../lib/os/testimony.js'
import { sharedPrefix } from '../../lib/os/witness.js'
import type { NodeEvidence, ProfileNode } from '../../lib/wire/evidence.js'

const FRAME = { function: 'spin', file: '/app.js', line: 7, column: 3 }
const GOOD: NodeEvidence = {
  ...{
    pid: 7,
    at: 1_700_000_000_000,
    trigger: 'asked',
    stack: [FRAME],
    snapshot: null,
    error: null,
    notes: ['a note'],
  },
  profile: { ms: 200, samples: 3, root: { frame: FRAME, self: 3, children: [] } },
  allocations: { ms: 200, bytes: 4096, root: { frame: FRAME, self: 4096, children: [] } },
  heap: { used: 1, total: 2, limit: 3, external: 4, spaces: { old_space: 5 } },
  report: { header: { event: 'x' } },
}

function place(t: Test) {
  const folder = t.testdir()
  const prefix = join(folder, '.evidence-1')
  const put = (name: string, what: unknown) =>
    writeFileSync(`${prefix}-${name}`, typeof what === 'string' ? what : JSON.stringify(what))
  return { folder, prefix, put, read: (...pids: number[]) => readTestimony(prefix, pids) }
}

t.test('what is well formed is read as it was written, of those who are asked for, in their order', async t => {
  const { put, read } = place(t)
  const other = { ...GOOD, pid: 8, trigger: 'heap' as const }
  put('7.json', GOOD)
  put('8-heap.json', other)
  put('9.json', { ...GOOD, pid: 9 })
  t.strictSame(await read(8, 7), [other, GOOD])
  t.strictSame(await read(), [])
  t.strictSame(await read(6), [])
})

t.test('secrets in a report and in the words of an exception are masked', async t => {
  const { put, read } = place(t)
  const header = { commandLine: ['node', '--token', 'hidden-1', 'app.js'], cwd: '/app' }
  const report = { header, javascriptStack: { message: 'Error: password=hidden-2' } }
  const error = { name: 'Error', message: 'password=hidden-3', stack: 'Error: password=hidden-3\n    at f (/a.js:1:2)' }
  put('7.json', { ...GOOD, report })
  put('7-error.json', { ...GOOD, trigger: 'exception', error })
  const found = await read(7)
  t.equal(found.length, 2)
  t.notMatch(JSON.stringify(found), 'hidden')
  t.match(found, [{ report: { header: { commandLine: [/app\.js/], cwd: '/app' } } }, { stack: [{ file: '/a.js' }] }])
})

t.test('many witnesses with much to say are not read to the end: an incident has no room for them', async t => {
  const { put, read } = place(t)
  const pids = Array.from({ length: 12 }, (_, n) => n + 1)
  for (const pid of pids) put(`${pid}.json`, { ...GOOD, pid, padding: 'x'.repeat(900_000) })
  put('13.json', { ...GOOD, pid: 13 })
  t.strictSame(
    (await read(...pids, 13)).map(({ pid }) => pid),
    [1, 2, 3, 13],
    'the first first',
  )
  t.strictSame(await read(...Array.from({ length: 300 }, (_, n) => 1_000 + n), 13), [], 'nor are all asked about')
})

t.test('what is not a regular file of bounded size, and JSON, is nothing, and holds nobody up', async t => {
  const { folder, prefix, put, read } = place(t)
  writeFileSync(join(folder, 'elsewhere'), JSON.stringify(GOOD))
  symlinkSync(join(folder, 'elsewhere'), `${prefix}-7.json`)
  spawnSync('mkfifo', [`${prefix}-8.json`])
  mkdirSync(`${prefix}-9.json`)
  put('10.json', `{"pid":10,"trigger":"asked","notes":["${'x'.repeat(1_100_000)}"]}`)
  put('11.json', '{"pid":11,"trigger":"as')
  put('12.json', { ...GOOD, pid: 13 })
  put('13.json', { ...GOOD, pid: 13, trigger: 'other' })
  put('14.json', 'null')
  put('15.json', '')
  t.strictSame(await read(7, 8, 9, 10, 11, 12, 13, 14, 15), [])
})

t.test('each field is checked, and bounded', async t => {
  const { put, read } = place(t)
  const wrong = {
    ...{ pid: 7, trigger: 'asked', at: 'now', stack: [null, { function: 7, line: -1 }], heap: { used: 'much' } },
    ...{
      profile: { root: null },
      allocations: 7,
      report: [1],
      snapshot: '/etc/passwd',
      error: { name: 1 },
      notes: 'none',
      more: 1,
    },
  }
  put('7.json', wrong)
  const nothing = { function: '', file: '', line: 0, column: 0 }
  t.strictSame(await read(7), [
    {
      ...{ pid: 7, at: 0, trigger: 'asked', stack: [nothing, nothing], profile: null, allocations: null, heap: null },
      ...{ report: null, snapshot: null, error: null, notes: [] },
    },
  ])
  const begin = '{"frame":{},"self":1,"children":['
  const deep = `${begin.repeat(3_000)}${']}'.repeat(3_000)}`
  const wide = { frame: FRAME, self: 0, children: Array.from({ length: 5_000 }, () => ({ frame: 1, self: 1 })) }
  const long = 'x'.repeat(100_000)
  put('8.json', `{"pid":8,"trigger":"asked","profile":{"ms":1,"samples":1,"root":${deep}},"notes":["${long}"]}`)
  put('9.json', { pid: 9, trigger: 'asked', profile: { ms: 1, samples: 1, root: wide }, notes: [long] })
  const found = await read(8, 9)
  const count = ({ children }: ProfileNode): number => 1 + children.map(count).reduce((sum, one) => sum + one, 0)
  for (const { profile, notes } of found) {
    t.ok(count(profile?.root as ProfileNode) <= 2_000)
    t.equal(notes[0]?.length, 1_024)
  }
  t.equal(found.length, 2)
})

t.test('an exception has the frames of its text', async t => {
  const { put, read } = place(t)
  const stack =
    'Error: no\n    at Object.act [as _f] (file:///a%20b.mjs:1:2)\n    at /app.js:3:4\n    at native\nat (x:1:1)'
  put('7-error.json', { pid: 7, trigger: 'exception', error: { name: 'Error', message: 'no', stack } })
  t.match(await read(7), [
    {
      stack: [
        { function: 'Object.act [as _f]', file: '/a b.mjs', line: 1, column: 2 },
        { function: '', file: '/app.js', line: 3, column: 4 },
        { function: '', file: '', line: 0, column: 0 },
      ],
      error: { name: 'Error', message: 'no', stack },
    },
  ])
  t.equal(framesIn('Error: without frames'), null)
  const begun = process.cpuUsage()
  framesIn(`    at ${' ('.repeat(500_000)}:1:1)`)
  framesIn(Array.from({ length: 100 }, () => `    at ${':1'.repeat(500)}`).join('\n'))
  t.ok(process.cpuUsage(begun).user < 1e6, 'whatever is in it')
})

t.test('a snapshot is told of where there is one', async t => {
  const { prefix, put, read } = place(t)
  put('7.json', GOOD)
  put('7.heapsnapshot', '{}')
  t.match(await read(7), [{ snapshot: `${prefix}-7.heapsnapshot` }])
})

t.test(
  'what is dropped: all of a prefix, but snapshots that are whole; of one that is shared, what some have left',
  async t => {
    const { folder, prefix, put } = place(t)
    const names = [
      '7.json',
      '7.json.tmp',
      '7-error.json',
      '7.heapsnapshot',
      '7.heapsnapshot.tmp',
      '77.json',
      '8-heap.json',
    ]
    for (const name of names) put(name, GOOD)
    writeFileSync(join(folder, '.evidence-10-7.json'), '')
    const left = () => readdirSync(folder).sort()
    await dropTestimony(prefix, [7])
    t.strictSame(left(), ['.evidence-1-7.heapsnapshot', '.evidence-10-7.json'])
    const shared = sharedPrefix(t.testdir(), '/tmp/osqwatch-a/socket')
    for (const name of names) writeFileSync(`${shared}-${name}`, '')
    await dropTestimony(shared, [7])
    t.strictSame(
      left(),
      ['7.heapsnapshot', '77.json', '8-heap.json'].map(name => `${basename(shared)}-${name}`),
    )
    await dropTestimony(join(folder, 'no', '.evidence-1'))
  },
)

t.test('what nobody asked for in a day is swept, and nothing else', async t => {
  const { folder, put } = place(t)
  for (const name of ['7.json', '7.heapsnapshot']) put(name, '')
  writeFileSync(join(folder, 'an-incident.json'), '')
  const names = readdirSync(folder).sort()
  await sweepTestimony(folder, Date.now())
  t.strictSame(readdirSync(folder).sort(), names)
  await sweepTestimony(folder, Date.now() + 2 * 86_400_000)
  t.strictSame(readdirSync(folder), ['an-incident.json'])
  await sweepTestimony(join(folder, 'no'), Date.now())
})

t.test('who finds the watcher by one socket shares a prefix', t => {
  t.equal(sharedPrefix('/i', '/tmp/osqwatch-x/osqwatch-a/socket'), '/i/.evidence-of-osqwatch-a')
  t.equal(sharedPrefix('/i', '\\\\.\\pipe\\osqwatch-b'), '/i/.evidence-of-osqwatch-b')
  t.end()
})
