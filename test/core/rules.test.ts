import t from 'tap'
import type { Lateness } from '../../lib/core/lateness.js'
import { openVitals } from '../../lib/core/measure.js'
import type { Policy } from '../../lib/core/model.js'
import { judge } from '../../lib/core/rules.js'
import type { Sample } from '../../lib/core/samples.js'
import { policy } from './script.js'

const MB = 1024 * 1024
const off = Number.POSITIVE_INFINITY
const rules = policy({
  memory: 100 * MB,
  memoryTotal: off,
  hardTotal: off,
  hardFootprint: off,
  latency: 12_000,
  interval: 3_000,
  delay: 10_000,
})

interface Case {
  readonly age?: number
  readonly rss?: number
  readonly baseline?: number | null
  readonly hotWindows?: number
  readonly late?: Partial<Lateness> | null
  readonly debugged?: boolean
  readonly extended?: boolean
  readonly processes?: number
  readonly once?: number | 'unreadable' | null
  readonly baselineOnce?: number | null
}

function verdict(given: Case, changes: Partial<Policy> = {}): string {
  const { age = 60_000, rss = 50 * MB, baseline = 50 * MB, hotWindows = 0, late = null, debugged = false } = given
  const { extended = false, processes = 1, once = null, baselineOnce = baseline } = given
  const last: Sample = { at: age, cpuMs: 0, rss, processes, state: 'R' }
  const vitals = { ...openVitals(0, 0), baseline, baselineOnce, window: last, hotWindows, last, memory: last }
  const none = { wall: 0, own: 0, starved: 0, watcherLate: 0, hang: 'blocked', state: 'S' } as const
  const { broken, defer, alarm } = judge(
    { at: age, vitals, late: late && { ...none, ...late }, debugged, extended, once },
    { ...rules, ...changes },
  )
  const [breach] = broken
  const measure = breach && breach.measure !== 'resident' && `by ${breach.measure}`
  const story = [breach?.hard && 'hard', breach?.verdict, breach?.hang, measure, defer, alarm && 'alarm']
  return story.filter(Boolean).join(' ') || 'healthy'
}

const hot = { hotWindows: 4 }
const hung = { late: { wall: 30_000, own: 30_000 } }

t.test('the pairing table', async t => {
  t.equal(verdict({}), 'healthy')
  t.equal(verdict(hot), 'cpu', 'working hard, still answering')
  t.equal(verdict({ ...hot, late: { wall: 29_000, own: 29_000 } }), 'cpu', 'late, but not over the limit')
  t.equal(verdict({ ...hot, late: { wall: 30_000, own: 30_000, hang: 'spinning' } }), 'heartbeat spinning')
  for (const hang of ['stopped', 'waiting', 'blocked'] as const) {
    t.equal(verdict({ late: { wall: 30_000, own: 30_000, hang } }), `heartbeat ${hang}`)
  }
})

t.test('lateness that is somebody else’s fault stops nothing for cpu or heartbeat', async t => {
  const starved = { late: { wall: 40_000, own: 10_000, starved: 30_000 } }
  t.equal(verdict(starved), 'starved')
  t.equal(verdict({ ...hot, ...starved }), 'starved')
  t.equal(verdict({ late: { wall: 40_000, own: 10_000, watcherLate: 30_000 } }), 'watcher-late')
  t.equal(verdict({ ...hot, ...hung, debugged: true }), 'debugger')
  t.equal(verdict({ ...hot, extended: true }), 'extended', 'it asked for time: nobody waits for a beat of it')
})

t.test('memory is enforced all the same', async t => {
  const leak = { rss: 151 * MB }
  t.equal(verdict({ ...leak, ...hung, debugged: true }), 'memory debugger')
  t.equal(verdict({ ...leak, ...hot, extended: true }), 'memory extended')
  t.equal(verdict({ ...leak, late: { wall: 40_000, own: 0, starved: 40_000 } }), 'memory starved')
})

t.test('memory: strictly more than the limit, counted from the baseline or in all', async t => {
  t.equal(verdict({ rss: 150 * MB }), 'healthy')
  t.equal(verdict({ rss: 150 * MB + 1 }), 'memory')
  t.equal(verdict({ rss: 150 * MB + 1, baseline: null }), 'healthy', 'no baseline, no footprint')
  t.equal(verdict({ rss: 150 * MB + 1, baseline: null }, { memoryTotal: 150 * MB }), 'memory')
  t.equal(verdict({ rss: 150 * MB }, { memoryTotal: 150 * MB }), 'healthy')
})

t.test('inside delay neither memory nor cpu is enforced; heartbeat and memoryHard are', async t => {
  t.equal(verdict({ age: 9_999, rss: 151 * MB }), 'healthy')
  t.equal(verdict({ age: 9_999, ...hot }), 'healthy')
  t.equal(verdict({ age: 10_000, ...hot }), 'cpu', 'hot windows inside it have counted')
  t.equal(verdict({ age: 5_000, ...hung }), 'heartbeat blocked')
  t.equal(verdict({ age: 5_000, rss: 300 * MB }, { hardTotal: 200 * MB }), 'hard memory')
  t.equal(verdict({ age: 5_000, rss: 251 * MB }, { hardFootprint: 200 * MB }), 'hard memory')
  t.equal(verdict({ age: 5_000, rss: 250 * MB }, { hardFootprint: 200 * MB }), 'healthy')
})

t.test('cpu: hot for latency or longer, and judged before memory', async t => {
  t.equal(verdict({ hotWindows: 3 }), 'healthy')
  t.equal(verdict({ hotWindows: 4, rss: 151 * MB }), 'cpu')
  t.equal(verdict({ hotWindows: 1_000 }, { latency: off }), 'healthy')
})

t.test('all that is broken is found, worst first', async t => {
  const last: Sample = { at: 60_000, cpuMs: 0, rss: 900 * MB, processes: 1, state: 'R' }
  const vitals = { ...openVitals(0, 0), baseline: 50 * MB, window: last, hotWindows: 4, last, memory: last }
  const late = { wall: 30_000, own: 30_000, starved: 0, watcherLate: 0, hang: 'spinning', state: 'R' } as const
  const all = { ...rules, memoryTotal: 400 * MB, hardTotal: 800 * MB }
  const { broken } = judge({ at: 60_000, vitals, late, debugged: false, extended: false, once: null }, all)
  t.strictSame(
    broken.map(({ limitName }) => limitName),
    ['memoryHard', 'heartbeatLimit', 'latency', 'memory', 'memoryTotal'],
  )
})

t.test('a child that is not judged is left alone, whatever it does', async t => {
  t.equal(verdict({ ...hot, ...hung, rss: 9_000 * MB }, { judged: false, hardTotal: 1 }), 'healthy')
})

t.test(
  'several processes: their sizes together are an alarm, which a reading confirms, refutes or cannot decide',
  async t => {
    const tree = { processes: 3, rss: 400 * MB, baseline: 60 * MB, baselineOnce: 40 * MB }
    t.equal(verdict(tree), 'alarm', 'shared pages may have been counted three times')
    t.equal(verdict({ ...tree, once: 140 * MB }), 'healthy', '100 MB above the baseline')
    t.equal(verdict({ ...tree, once: 140 * MB + 1 }), 'memory by proportional')
    t.equal(verdict({ ...tree, once: 'unreadable' }), 'memory by sum')
    t.equal(verdict({ ...tree, rss: 160 * MB }), 'healthy', 'no alarm, nothing to be read')
    const total = { memory: off, memoryTotal: 150 * MB }
    t.equal(verdict({ ...tree, once: 150 * MB }, total), 'healthy')
    t.equal(verdict({ ...tree, once: 151 * MB }, total), 'memory by proportional')
  },
)

t.test('where only the sum is known of the baseline, growth is the growth of the sum', async t => {
  const tree = { processes: 3, rss: 1_702 * MB, baseline: 1_602 * MB, baselineOnce: null }
  t.equal(verdict({ ...tree, once: 500 * MB }), 'healthy')
  t.equal(verdict({ ...tree, rss: 1_702 * MB + 1, once: 500 * MB }), 'memory by proportional')
})

t.test('memoryHard waits for the reading, too: SIGKILL by mistake is worse', async t => {
  const tree = { processes: 2, age: 5_000, rss: 300 * MB }
  const hard = { hardTotal: 200 * MB }
  t.equal(verdict(tree, hard), 'alarm')
  t.equal(verdict({ ...tree, once: 201 * MB }, hard), 'hard memory by proportional')
  t.equal(verdict({ ...tree, once: 200 * MB }, hard), 'healthy')
  t.equal(verdict({ ...tree, once: 'unreadable' }, hard), 'hard memory by sum')
})

t.test('an alarm keeps no other verdict back', async t => {
  t.equal(verdict({ ...hot, processes: 2, rss: 400 * MB }), 'cpu by sum alarm')
})

t.test('no limit is checked before the first memory sample', async t => {
  const late = { wall: 40_000, own: 40_000, starved: 0, watcherLate: 0, hang: 'blocked', state: 'S' } as const
  const facts = { at: 60_000, vitals: openVitals(0, 0), late, debugged: false, extended: false, once: null }
  t.strictSame(judge(facts, rules), { broken: [], defer: null, alarm: false })
})

t.test('delay is counted from the start of the run', async t => {
  const memory = { at: 109_999, rss: 200 * MB, processes: 1 }
  const vitals = { ...openVitals(100_000, 0), baseline: 50 * MB, baselineOnce: 50 * MB, memory, hotWindows: 4 }
  const limits = (at: number) =>
    judge(
      { at, vitals, late: null, debugged: false, extended: false, once: null },
      { ...rules, memoryTotal: 150 * MB },
    ).broken.map(({ limitName }) => limitName)
  t.strictSame(limits(109_999), [])
  t.strictSame(limits(110_000), ['latency', 'memory', 'memoryTotal'])
})

t.test('a breach has its value, its limit, and the state and memory of the child', async t => {
  const last: Sample = { at: 60_000, cpuMs: 0, rss: 900 * MB, processes: 1, state: 'R' }
  const vitals = { ...openVitals(0, 0), baseline: 50 * MB, baselineOnce: 50 * MB, hotWindows: 5, last, memory: last }
  const late = { wall: 31_000, own: 30_000.4, starved: 0, watcherLate: 0, hang: 'spinning', state: 'T' } as const
  const facts = { at: 60_000, vitals, late, debugged: false, extended: false, once: null }
  const limits = { ...rules, memoryTotal: 400 * MB, hardTotal: 800 * MB, hardFootprint: off }
  const seen = {
    baseline: 50 * MB,
    rss: 900 * MB,
    processes: 1,
    measure: 'resident',
    state: 'R',
    hang: null,
    hard: false,
  }
  const memory = { ...seen, verdict: 'memory' }
  t.strictSame(judge(facts, limits).broken, [
    { ...memory, limitName: 'memoryHard', value: 900 * MB, limit: 800 * MB, hard: true },
    {
      ...seen,
      ...{ verdict: 'heartbeat', limitName: 'heartbeatLimit', value: 30_000, limit: 30_000 },
      ...{ hang: 'spinning', state: 'T' },
    },
    { ...seen, verdict: 'cpu', limitName: 'latency', value: 15_000, limit: 12_000 },
    { ...memory, limitName: 'memory', value: 850 * MB, limit: 100 * MB },
    { ...memory, limitName: 'memoryTotal', value: 900 * MB, limit: 400 * MB },
  ])
  const [grown] = judge(facts, { ...limits, hardTotal: off, hardFootprint: 800 * MB }).broken
  t.match(grown, { limitName: 'memoryHard', value: 850 * MB, limit: 800 * MB, hard: true })
})

t.test('a breach has the state ? if only memory was sampled', async t => {
  const memory = { at: 60_000, rss: 900 * MB, processes: 1 }
  const vitals = { ...openVitals(0, 0), baseline: 50 * MB, memory }
  const facts = { at: 60_000, vitals, late: null, debugged: false, extended: false, once: null }
  t.match(judge(facts, rules).broken, [{ limitName: 'memory', state: '?' }])
})

t.test('memoryHard is exceeded by strictly more, in resident size or in growth', async t => {
  t.equal(verdict({ rss: 140 * MB }, { hardTotal: 140 * MB }), 'healthy')
  t.equal(verdict({ rss: 140 * MB + 1 }, { hardTotal: 140 * MB }), 'hard memory')
  t.equal(verdict({ rss: 110 * MB }, { hardFootprint: 60 * MB }), 'healthy')
  t.equal(verdict({ rss: 110 * MB + 1 }, { hardFootprint: 60 * MB }), 'hard memory')
  t.equal(verdict({ rss: 110 * MB + 1, baseline: null }, { hardFootprint: 60 * MB }), 'healthy')
  t.equal(verdict({ baseline: null }, { memory: 0, hardFootprint: 0 }), 'healthy', 'no baseline, no growth')
})

t.test('a late beat is deferred for the larger cause: CPU starvation or a late watcher', async t => {
  const late = (starved: number, watcherLate: number, own = 10_000) =>
    verdict({ late: { wall: 40_000, own, starved, watcherLate } })
  t.equal(late(15_000, 15_000), 'starved')
  t.equal(late(14_999, 15_001), 'watcher-late')
  t.equal(late(15_001, 14_999), 'starved')
  t.equal(late(10_001, 0, 29_999), 'starved')
  t.equal(late(10_000, 0, 30_000), 'heartbeat blocked')
})

t.test('a beat is late once heartbeatLimit has passed on the wall clock', async t => {
  t.equal(verdict({ late: { wall: 29_999, own: 0, starved: 29_999 } }), 'healthy')
  t.equal(verdict({ late: { wall: 30_000, own: 0, starved: 30_000 } }), 'starved')
  t.equal(verdict({ late: { wall: 29_999, own: 29_999 }, debugged: true }), 'healthy')
  t.equal(verdict({ late: { wall: 30_000, own: 30_000 }, debugged: true }), 'debugger')
  t.equal(verdict({ debugged: true }), 'healthy', 'a debugger defers only a late beat')
})

t.test('with latency: 0, one hot window is a breach and a cool one is not', async t => {
  t.equal(verdict({ hotWindows: 0 }, { latency: 0 }), 'healthy')
  t.equal(verdict({ hotWindows: 1 }, { latency: 0 }), 'cpu')
})
