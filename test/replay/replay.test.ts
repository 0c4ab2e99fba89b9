/** Recorded cases of osquery's own watcher: ours decides each as it did. And incidents, under other limits. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { replay } from '../../lib/replay/index.js'
import type { WhatIf } from '../../lib/replay/what-if.js'
import type { Incident } from '../../lib/wire/incident.js'
import { MB } from '../fixtures/incident-parts.js'
import { INCIDENTS } from '../fixtures/incidents.js'
import { fixture } from '../fixtures/paths.js'

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
  const recorded = cases('limits.jsonl')
  const outcomes = [...replay(recorded.join('\n'))]
  t.equal(outcomes.length, recorded.length)
  for (const [index, line] of recorded.entries()) {
    t.strictSame(outcomes[index], JSON.parse(line).expect, `line ${index + 1}`)
  }
})

t.test('respawn: the same waits, and the same end', async t => {
  const recorded = cases('respawn.jsonl')
  const outcomes = [...replay(recorded.join('\n'))] as Respawns[]
  t.equal(outcomes.length, recorded.length)
  for (const [index, line] of recorded.entries()) {
    const { expect } = JSON.parse(line)
    t.strictSame(comparable(outcomes[index] as Respawns, expect), comparable(expect, expect), `line ${index + 1}`)
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

const BAD: readonly (readonly [line: string, message: RegExp])[] = [
  ['{"kind":', /line 2 is not JSON/],
  ['{"kind":"other"}', /line 2 is no recorded case/],
  ['null', /line 2 is no recorded case/],
  ['{"kind":"limits","flags":{},"cores":1,"ticks":[[0,0,0]]}', /ticks of four numbers/],
  ['{"kind":"respawn","flags":{},"uptimes":[1],"exits":[]}', /of one length/],
]

for (const [line, message] of BAD) {
  t.test(`a line that is not a case: ${line}`, async t => {
    const [first] = cases('respawn.jsonl')
    const outcomes = replay(`${first}\n${line}\n${first}\n`)
    t.equal(outcomes.next().done, false, 'the line before it has its outcome')
    t.throws(() => outcomes.next(), { message })
  })
}

t.test('an empty file has no outcomes', async t => {
  t.strictSame([...replay('\n')], [])
})

/** The outcome of an incident's file, under these limits. */
function outcome(incident: Incident, whatIf: WhatIf = {}) {
  const [first, ...more] = replay(JSON.stringify(incident, null, 2), whatIf)
  if (first === undefined || more.length > 0) throw new Error('an incident has one outcome')
  return first as { verdict: string | null; tick: number; value: number; seconds: number }
}

t.test('an incident under its own limits has its own verdict', async t => {
  const { verdict, seconds, value } = outcome(INCIDENTS.leak)
  t.equal(verdict, 'memory')
  t.ok(Math.abs(seconds - 244) < 1, `${seconds} s`)
  t.ok(value > 200 * MB && value < 205 * MB, `${value}`)
  for (const incident of [INCIDENTS.spin, INCIDENTS.stopped, INCIDENTS['crash-loop'], INCIDENTS.stranger])
    t.strictSame(outcome(incident), { verdict: null, tick: null, value: null, seconds: null })
})

t.test('what if the limit had been another one', async t => {
  const { leak, spin } = INCIDENTS
  t.equal(outcome(leak, { memory: '400MB' }).verdict, null)
  t.equal(outcome(leak, { memory: 'off' }).verdict, null)
  const sooner = outcome(leak, { memory: '100MB' })
  t.match(sooner, { verdict: 'memory', tick: 64, seconds: 195 })
  const total = outcome(leak, { memoryTotal: '2%' })
  t.ok(total.value > 0.02 * leak.machine.memory.total, 'a share of its machine')
  const spinning = outcome(spin, { utilization: '0.5 core', latency: '6s' })
  t.match(spinning, { verdict: 'cpu', value: 6 })
})

t.test('memoryHard that was reckoned follows; one that was set, or off, stays', async t => {
  const { leak } = INCIDENTS
  const delayed = { memory: '60MB', delay: '10min' }
  const { seconds, value } = outcome(leak, delayed)
  t.ok(value > 120 * MB && seconds < 230, 'twice 60 MB')
  const off = { ...leak, limits: { ...leak.limits, hardFootprint: null, hardTotal: null } }
  t.equal(outcome(off, delayed).verdict, null)
  const set = {
    ...leak.limits,
    values: { ...leak.limits.values, memoryHard: 200 * MB },
    hardFootprint: null,
    hardTotal: 200 * MB,
  }
  const replayed = { ...leak.replay, limits: { ...leak.replay.limits, memoryHard: 200 * MB } }
  t.ok(outcome({ ...leak, limits: set, replay: replayed }, delayed).value > 200 * MB)
})

t.test('a case may have limits of its own; other limits are only for those', async t => {
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
  const two = [life, flags].map(one => JSON.stringify(one)).join('\n')
  t.strictSame(
    [...replay(two)],
    [
      { verdict: 'memory', tick: 1, value: 11 * MB, seconds: 6 },
      { verdict: null, tick: null, value: null },
    ],
  )
  const outcomes = replay(two, { memory: '20MB' })
  t.match(outcomes.next(), { done: false })
  t.throws(() => outcomes.next(), { message: /line 2: --memory is for limits, and the case has flags/ })
  const unknown = JSON.stringify({ ...life, limits: { memry: 1 } })
  t.throws(() => [...replay(unknown)], { message: /line 1: "memry": .*no such name/ })
  t.throws(() => [...replay(two, { memory: '20', memoryTotal: '80%' })], {
    message: /2 options are wrong:\n {2}--memory: got "20", takes .*\n {2}--memory-total: got "80%"/,
  })
})
