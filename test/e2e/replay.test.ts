/** `osqwatch replay`: recorded cases of osquery's own watcher, and ours decides each as it did. */
import { execFile } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Incident } from '../../lib/wire/incident.js'
import { CLEAN_ENV, fixture } from '../fixtures/client-setup.js'
import { MB } from '../fixtures/incident-parts.js'
import { INCIDENTS } from '../fixtures/incidents.js'
import { root } from '../fixtures/paths.js'

interface Result {
  readonly code: number
  readonly lines: readonly string[]
  readonly stderr: string
}

function run(command: string, args: readonly string[], cwd = root): Promise<Result> {
  return new Promise(resolve => {
    execFile(command, args, { cwd, env: { ...CLEAN_ENV, HOME: cwd, XDG_STATE_HOME: '' } }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter(line => line !== '')
      resolve({ code: error === null ? 0 : Number(error.code), lines, stderr })
    })
  })
}

const replay = (file: string, ...whatIf: string[]) =>
  run(process.execPath, [join(root, 'dist/lib/cli.js'), 'replay', file, ...whatIf])

const cases = (name: string) =>
  readFileSync(fixture(`conformance/${name}`), 'utf8')
    .trimEnd()
    .split('\n')

interface Respawns {
  readonly delays: readonly number[]
  readonly shutdown: boolean
  readonly code: number
}

/** A case that was cut off tells only the delays that it had until then. */
function comparable(outcome: Respawns, expected: Respawns): Partial<Respawns> {
  const { delays, shutdown, code } = outcome
  return expected.shutdown ? { delays, shutdown, code } : { delays: delays.slice(0, expected.delays.length) }
}

t.test('limits: the same verdict, at the same sample, with the same value', async t => {
  const recorded = cases('limits.jsonl').map(line => JSON.parse(line))
  const { code, lines, stderr } = await replay(fixture('conformance/limits.jsonl'))
  t.strictSame([code, stderr, lines.length], [0, '', recorded.length])
  for (const [index, { expect }] of recorded.entries()) {
    t.strictSame(JSON.parse(lines[index] as string), expect, `line ${index + 1}`)
  }
})

t.test('respawn: the same waits, and the same end', async t => {
  const recorded = cases('respawn.jsonl').map(line => JSON.parse(line))
  const { code, lines, stderr } = await replay(fixture('conformance/respawn.jsonl'))
  t.strictSame([code, stderr, lines.length], [0, '', recorded.length])
  for (const [index, { expect }] of recorded.entries()) {
    const outcome = JSON.parse(lines[index] as string)
    t.strictSame(comparable(outcome, expect), comparable(expect, expect), `line ${index + 1}`)
  }
})

t.test('the cases here cover each level, each verdict and each end', async t => {
  const limits = cases('limits.jsonl').map(line => JSON.parse(line))
  const respawn = cases('respawn.jsonl').map(line => JSON.parse(line))
  const kinds = (values: readonly unknown[]) => [...new Set(values.map(String))].sort()
  for (const recorded of [limits, respawn]) {
    t.strictSame(kinds(recorded.map(({ flags }) => flags.watchdog_level)), ['-1', '0', '1'])
  }
  t.strictSame(kinds(limits.map(({ expect }) => expect.verdict)), ['cpu', 'memory', 'null'])
  t.strictSame(kinds(respawn.map(({ expect }) => expect.code)), ['0', '1', '78'])
})

t.test('npx finds the program where the package is installed', async t => {
  const [first] = cases('respawn.jsonl')
  // Not in this package's own folder: there npx would first run its `prepare`, and build dist/ anew under the other tests.
  const folder = t.testdir({ 'package.json': '{}', 'one.jsonl': `${first}\n`, node_modules: { '.bin': {} } })
  symlinkSync(join(root, 'dist/lib/cli.js'), join(folder, 'node_modules/.bin/osqwatch'))
  const { code, lines } = await run('npx', ['--no-install', 'osqwatch', 'replay', 'one.jsonl'], folder)
  t.strictSame([code, lines.length], [0, 1])
})

const BAD: readonly (readonly [line: string, tells: RegExp])[] = [
  ['{"kind":', /line 2 is not JSON/],
  ['{"kind":"other"}', /line 2 is no recorded case/],
  ['null', /line 2 is no recorded case/],
  ['{"kind":"limits","flags":{},"cores":1,"ticks":[[0,0,0]]}', /ticks of four numbers/],
  ['{"kind":"respawn","flags":{},"uptimes":[1],"exits":[]}', /of one length/],
]

for (const [line, tells] of BAD) {
  t.test(`a line that is no case: ${line}`, async t => {
    const [first] = cases('respawn.jsonl')
    const file = join(t.testdir({ 'bad.jsonl': `${first}\n${line}\n${first}\n` }), 'bad.jsonl')
    const { code, lines, stderr } = await replay(file)
    t.equal(code, 2)
    t.equal(lines.length, 1, 'what came before it is told')
    t.match(stderr, tells)
  })
}

t.test('an empty file has no outcomes', async t => {
  const file = join(t.testdir({ 'empty.jsonl': '\n' }), 'empty.jsonl')
  t.strictSame(await replay(file), { code: 0, lines: [], stderr: '' })
})

t.test('a file that is not there', async t => {
  const { code, lines, stderr } = await replay('no-such-file.jsonl')
  t.strictSame([code, lines], [1, []])
  t.match(stderr, /^osqwatch: .*no-such-file\.jsonl/)
})

t.test('a reader that has enough is no fault', async t => {
  const [one] = cases('respawn.jsonl')
  // Far more than a pipe holds.
  const file = join(t.testdir({ 'many.jsonl': `${one}\n`.repeat(5_000) }), 'many.jsonl')
  const script = `"${process.execPath}" dist/lib/cli.js replay "${file}" | head -n 1`
  const { lines, stderr } = await run('sh', ['-c', script])
  t.equal(lines.length, 1)
  t.equal(stderr, '')
})

/** The outcome of the one incident, under the limits that are given. */
async function outcome(t: Test, incident: Incident, ...whatIf: string[]) {
  const file = join(t.testdir({ 'incident.json': JSON.stringify(incident, null, 2) }), 'incident.json')
  const { code, lines, stderr } = await replay(file, ...whatIf)
  t.strictSame([code, stderr, lines.length], [0, '', 1])
  return JSON.parse(lines[0] as string)
}

t.test('an incident under its own limits has its own verdict', async t => {
  const { verdict, seconds, value } = await outcome(t, INCIDENTS.leak)
  t.equal(verdict, 'memory')
  t.ok(Math.abs(seconds - 244) < 1, `${seconds} s`)
  t.ok(value > 200 * MB && value < 205 * MB, `${value}`)
  for (const incident of [INCIDENTS.spin, INCIDENTS.stopped, INCIDENTS['crash-loop'], INCIDENTS.stranger])
    t.strictSame(await outcome(t, incident), { verdict: null, tick: null, value: null, seconds: null })
})

t.test('what if the limit had been another one', async t => {
  const { leak, spin } = INCIDENTS
  t.equal((await outcome(t, leak, '--memory', '400MB')).verdict, null)
  t.equal((await outcome(t, leak, '--memory', 'off')).verdict, null)
  const sooner = await outcome(t, leak, '--memory=100MB')
  t.match(sooner, { verdict: 'memory', tick: 64, seconds: 195 })
  const total = await outcome(t, leak, '--memory-total', '2%')
  t.ok(total.value > 0.02 * leak.machine.memory.total, 'a share of its machine')
  const spinning = await outcome(t, spin, '--utilization', '0.5 core', '--latency', '6s')
  t.match(spinning, { verdict: 'cpu', value: 6 })
})

t.test('memoryHard that was reckoned follows; one that was set, or off, stays', async t => {
  const { leak } = INCIDENTS
  const delayed = ['--memory', '60MB', '--delay', '10min']
  const { seconds, value } = await outcome(t, leak, ...delayed)
  t.ok(value > 120 * MB && seconds < 230, 'twice 60 MB')
  const off = { ...leak, limits: { ...leak.limits, hardFootprint: null, hardTotal: null } }
  t.equal((await outcome(t, off, ...delayed)).verdict, null)
  const set = {
    ...leak.limits,
    values: { ...leak.limits.values, memoryHard: 200 * MB },
    hardFootprint: null,
    hardTotal: 200 * MB,
  }
  const replayed = { ...leak.replay, limits: { ...leak.replay.limits, memoryHard: 200 * MB } }
  t.ok((await outcome(t, { ...leak, limits: set, replay: replayed }, ...delayed)).value > 200 * MB)
})

t.test('a life among recorded cases; and what other limits are not for', async t => {
  const life = {
    kind: 'limits',
    limits: { memory: 10 * MB, delay: 0 },
    cores: 1,
    ticks: [
      [3, 0, 0, 50 * MB],
      [6, 0, 0, 61 * MB],
    ],
  }
  const flags = { kind: 'limits', flags: {}, cores: 1, ticks: [] }
  const unknown = { ...life, limits: { memry: 1 } }
  const folder = t.testdir({
    'two.jsonl': [life, flags].map(one => JSON.stringify(one)).join('\n'),
    'bad.jsonl': JSON.stringify(unknown),
  })
  t.strictSame(
    (await replay(join(folder, 'two.jsonl'))).lines.map(line => JSON.parse(line)),
    [
      { verdict: 'memory', tick: 1, value: 11 * MB, seconds: 6 },
      { verdict: null, tick: null, value: null },
    ],
  )
  const { code, lines, stderr } = await replay(join(folder, 'two.jsonl'), '--memory', '20MB')
  t.strictSame([code, lines.length], [2, 1])
  t.match(stderr, /line 2: --memory is for limits, and the case has flags/)
  t.match((await replay(join(folder, 'bad.jsonl'))).stderr, /line 1: "memry": .*no such name/)
  const wrong = await replay(join(folder, 'two.jsonl'), '--memory', '20', '--memory-total', '80%')
  t.equal(wrong.code, 2)
  t.match(wrong.stderr, /2 options are wrong:\n {2}--memory: got "20", takes .*\n {2}--memory-total: got "80%"/)
})
