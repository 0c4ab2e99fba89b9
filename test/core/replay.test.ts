/** A recorded life held against limits: ticks are in seconds, limits in milliseconds, and so is the time of an outcome told. */
import t from 'tap'
import { type LifeCase, replayLimits, replayRespawn } from '../../lib/core/replay.js'

const MB = 1024 * 1024

/** A look each 3 s: resident MB, and CPU in ms since the look before. */
function life(rss: readonly number[], cpuMs: number, limits: LifeCase['limits'], more: Partial<LifeCase> = {}) {
  const off = { memory: null, memoryTotal: null, utilization: null, delay: 0, interval: 3_000 }
  return replayLimits({
    kind: 'limits',
    cores: 1,
    limits: { ...off, ...limits },
    ticks: rss.map((megabytes, tick) => [3 * tick, cpuMs * tick, 0, megabytes * MB] as const),
    ...more,
  })
}

const memoryTotal = 100 * MB
const LEAK = [50, 80, 110, 140, 170]

t.test('ages are seconds and limits milliseconds', async t => {
  t.strictSame(life(LEAK, 0, { memoryTotal }), { verdict: 'memory', tick: 2, value: 110 * MB, seconds: 6 })
  t.match(life(LEAK, 0, { memoryTotal, delay: 9_000 }), { tick: 3, seconds: 9 }, 'delay is over at 9 s')
  t.match(life(LEAK, 0, { memoryTotal, delay: 9_001 }), { tick: 4, seconds: 12 })
  t.match(life(LEAK, 0, { memoryTotal, delay: 12_001 }), { verdict: null, tick: null, seconds: null })
})

t.test('a CPU verdict tells its excess in seconds', async t => {
  const busy = Array.from({ length: 10 }, () => 50)
  const limits = { utilization: 50, latency: 12_000 }
  t.strictSame(life(busy, 1_501, limits), { verdict: 'cpu', tick: 4, value: 12, seconds: 12 })
  t.match(life(busy, 1_500, limits), { verdict: null }, 'half of a core for 3 s are 1500 ms')
  t.match(life(busy, 1_501, { ...limits, latency: 12_001 }), { tick: 5, value: 15 })
})

t.test('a look at memory between two ticks is judged when it was made', async t => {
  const between: LifeCase['memory'] = [
    [4.5, 120 * MB],
    [6, 900 * MB],
  ]
  t.strictSame(life([50, 60, 60], 0, { memoryTotal }, { memory: between }), {
    ...{ verdict: 'memory', tick: null, value: 120 * MB, seconds: 4.5 },
  })
  t.match(
    life([50, 60, 60], 0, { memoryTotal }, { memory: between.slice(1) }),
    { verdict: null },
    'a tick at the same moment is the same look',
  )
})

t.test('growth counts from the recorded baseline, or else from the first tick', async t => {
  const memory = 60 * MB
  t.match(life(LEAK, 0, { memory }), { value: 90 * MB, seconds: 9 })
  t.match(life(LEAK, 0, { memory }, { baseline: 20 * MB }), { value: 90 * MB, seconds: 6 })
})

t.test('uptimes and waits of successive lives are seconds', async t => {
  const flags = { watchdog_level: 0 }
  t.strictSame(
    replayRespawn({ kind: 'respawn', flags, uptimes: [1, 1, 100], exits: [0, 0, 0] }),
    { delays: [7, 9, 0], shutdown: false, code: 0 },
    'osqueryd waits 5 s and 2 to the power of failures; 100 s of life are no failure',
  )
})

const osquery = (flags: Record<string, number>, ticks: readonly (readonly [number, number, number, number])[]) =>
  replayLimits({ kind: 'limits', cores: 1, flags: { watchdog_delay: 0, ...flags }, ticks })

t.test("a replay with osquery's flags returns the reason, the sample and the value", async t => {
  const leak = [50, 300, 600].map((megabytes, tick) => [3 * tick, 0, 0, megabytes * MB] as const)
  t.strictSame(osquery({}, leak), { verdict: 'memory', tick: 1, value: 250 * MB })
  t.strictSame(osquery({ watchdog_memory_limit: 400 }, leak), { verdict: 'memory', tick: 2, value: 550 * MB })
  t.strictSame(osquery({ watchdog_memory_limit: 900 }, leak), { verdict: null, tick: null, value: null })
  t.strictSame(osquery({ watchdog_delay: 6 }, leak), { verdict: 'memory', tick: 2, value: 550 * MB })
})

t.test('CPU is the sum of user and system time', async t => {
  const ticks = Array.from({ length: 9 }, (_, tick) => [3 * tick, 200 * tick, 101 * tick, 50 * MB] as const)
  t.strictSame(osquery({}, ticks), { verdict: 'cpu', tick: 4, value: 12 })
  const half = ticks.map(([seconds, user, , rss]) => [seconds, user, 100 * (seconds / 3), rss] as const)
  t.match(osquery({}, half), { verdict: null }, '10 % of one core for 3 s are 300 ms')
})

t.test('samples are replayed in the order of time', async t => {
  const memory: LifeCase['memory'] = [
    [5, 130 * MB],
    [4, 120 * MB],
    [1, 90 * MB],
  ]
  t.strictSame(life([50, 60, 170], 0, { memoryTotal }, { memory }), {
    ...{ verdict: 'memory', tick: null, value: 120 * MB, seconds: 4 },
  })
  t.strictSame(life([50, 110, 170], 0, { memoryTotal }, { memory }), {
    ...{ verdict: 'memory', tick: 1, value: 110 * MB, seconds: 3 },
  })
})

t.test('memory samples between ticks leave the CPU windows unchanged', async t => {
  const ticks = [0, 4, 8, 12, 16].map(seconds => [seconds, 600 * seconds, 0, 50 * MB] as const)
  const memory = [3.5, 7.5, 11.5, 15.5].map(seconds => [seconds, 50 * MB] as const)
  const limits = { utilization: 50, latency: 12_000 }
  t.match(life([], 0, limits, { ticks, memory }), { verdict: 'cpu', tick: 4, value: 12, seconds: 16 })
})

t.test('a run within its limits has no breach', async t => {
  const none = { verdict: null, tick: null, value: null, seconds: null }
  t.strictSame(life(LEAK, 0, { memoryTotal: 170 * MB }), none)
  t.strictSame(life([], 0, { memoryTotal }), none)
})

t.test('a replay of runs restarts the worker until it is given up; a missing exit status is 0', async t => {
  const flags = { watchdog_level: 0 }
  const replay = (uptimes: number[], exits: number[]) => replayRespawn({ kind: 'respawn', flags, uptimes, exits })
  t.strictSame(replay([100, 1, 100], [0, 78, 0]), { delays: [0], shutdown: true, code: 78 })
  t.strictSame(replay([100, 100], []), { delays: [0, 0], shutdown: false, code: 0 })
  t.strictSame(replay([1, 1, 1, 1, 1, 1], []), { delays: [7, 9, 13, 21], shutdown: true, code: 1 })
  t.strictSame(
    replay([1, 600, 1], []),
    { delays: [7, 0, 7], shutdown: false, code: 0 },
    'a run of ten minutes clears the failures',
  )
  t.match(replay([3.999], []), { delays: [7] }, 'a run of less than 4 s is a failure')
  t.match(replay([4], []), { delays: [0] })
  t.strictSame(replay([], []), { delays: [], shutdown: false, code: 0 })
})
