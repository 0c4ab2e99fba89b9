import fc from 'fast-check'
import t from 'tap'
import { policyFromFlags } from '../../lib/core/flags.js'
import { LIMIT_NAMES, LIMITS, resolvePolicy } from '../../lib/core/limits.js'
import type { Level, LimitName } from '../../lib/core/model.js'

const MB = 1_048_576
const OFF = Number.POSITIVE_INFINITY
const LEVELS: Level[] = ['app', 'normal', 'restrictive', 'off']

type Values = Record<string, unknown>

/** A policy from the watcher's layer and a child's. */
function resolve(level: Level, limits: Values = {}, own: Values = {}) {
  const layers = [
    { at: 'limits', values: limits },
    { at: 'extensions.search.limits', values: own },
  ]
  return resolvePolicy({ level, restart: null, cores: 4, memoryBytes: 1000 * MB, judged: true, enforce: true, layers })
}

/** The contract's table, by limit: app, normal, restrictive, off. */
const CONTRACT: Record<LimitName, readonly [number, number, number, number]> = {
  memory: [OFF, 200 * MB, 100 * MB, 10_000 * MB],
  memoryTotal: [OFF, OFF, OFF, OFF],
  memoryHard: [OFF, OFF, OFF, OFF],
  memoryGrowth: [1_000 * MB, 1_000 * MB, 1_000 * MB, 1_000 * MB],
  utilization: [OFF, 10, 5, 100],
  latency: [12_000, 12_000, 6_000, 1_000_000],
  interval: [3_000, 3_000, 3_000, 3_000],
  heartbeatInterval: [1_000, 1_000, 1_000, OFF],
  heartbeatLimit: [30_000, 30_000, 10_000, OFF],
  extendLimit: [300_000, 300_000, 300_000, 300_000],
  delay: [10_000, 60_000, 60_000, 60_000],
  warnDelay: [1_000, 0, 0, 0],
  forcedShutdownDelay: [4_000, 4_000, 4_000, 4_000],
  stopTimeout: [10_000, 11_000, 11_000, 11_000],
  respawnLimit: [5, 4, 4, 1_000],
  respawnMinUptime: [OFF, 4_000, 4_000, 1_000_000],
  respawnDelay: [0, 5_000, 5_000, 1_000],
  respawnMaxDelay: [60_000, 600_000, 600_000, 600_000],
  respawnReset: [180_000, 600_000, 600_000, 600_000],
}

t.test('each level has the values of the contract, and says that they are its own', async t => {
  for (const [column, level] of LEVELS.entries()) {
    const { policy, problems } = resolve(level)
    t.strictSame(problems, [])
    for (const name of LIMIT_NAMES) {
      t.equal(policy[name], CONTRACT[name][column], `${level} ${name}`)
      t.equal(policy.sources[name], `level ${level}`)
    }
    t.equal(policy.hardTotal, OFF)
    t.equal(policy.hardFootprint, OFF)
    t.equal(policy.restart, level === 'app' ? 'on-failure' : 'always')
    t.ok(Object.isFrozen(policy) && Object.isFrozen(policy.sources))
  }
  t.strictSame(Object.keys(CONTRACT), LIMIT_NAMES)
})

t.test('the strongest layer wins, limit by limit, and the policy says where each was set', async t => {
  const { policy, problems } = resolve(
    'normal',
    { memory: '300MB', latency: '20s', memoryTotal: undefined },
    { memory: '50MB', delay: 0 },
  )
  t.strictSame(problems, [])
  t.match(policy, { memory: 50 * MB, latency: 20_000, delay: 0, utilization: 10, memoryTotal: OFF })
  t.match(policy.sources, {
    memory: 'extensions.search.limits.memory',
    latency: 'limits.latency',
    delay: 'extensions.search.limits.delay',
    utilization: 'level normal',
    memoryTotal: 'level normal',
  })
})

t.test('off is no limit where there is a threshold, and no wait where there is a wait', async t => {
  const waits = ['memoryGrowth', 'delay', 'warnDelay', 'respawnDelay', 'respawnMinUptime']
  for (const name of LIMIT_NAMES) {
    const { policy, problems } = resolve('restrictive', { [name]: 'off' })
    t.strictSame(problems, [], name)
    t.equal(policy[name], waits.includes(name) ? 0 : OFF, name)
  }
  t.equal(resolve('normal', { respawnMinUptime: 'any' }).policy.respawnMinUptime, OFF)
  t.equal(resolve('normal', { memory: 'any' }).problems.length, 1, 'any is for one limit only')
})

t.test('shares are of this machine', async t => {
  const { policy } = resolve('app', { memoryTotal: '80%', utilization: '0.5 core' })
  t.match(policy, { memoryTotal: 800 * MB, utilization: 12.5, cores: 4 })
  t.equal(resolve('app', { memoryTotal: '101%' }).problems.length, 1)
  t.equal(resolve('app', { memory: '80%' }).problems.length, 1, 'a footprint has no such share')
})

t.test('memoryHard: twice either limit at level app, the resident size where it is set', async t => {
  const app = resolve('app', { memory: '100MB' }, { memoryTotal: '400MB' }).policy
  t.match(app, { hardFootprint: 200 * MB, hardTotal: 800 * MB, memoryHard: OFF })
  t.equal(app.sources.memoryHard, 'twice limits.memory and extensions.search.limits.memoryTotal')
  t.match(resolve('app', { memory: '100MB' }).policy, { hardFootprint: 200 * MB, hardTotal: OFF })
  t.match(resolve('normal', { memory: '100MB' }).policy, { hardFootprint: OFF, hardTotal: OFF })
  const set = resolve('normal', { memoryHard: '500MB' }).policy
  t.match(set, { memoryHard: 500 * MB, hardTotal: 500 * MB, hardFootprint: OFF })
  t.equal(set.sources.memoryHard, 'limits.memoryHard')
  t.match(resolve('app', { memory: '100MB', memoryHard: 'off' }).policy, { hardTotal: OFF, hardFootprint: OFF })
})

t.test('a wrong value names the option, what it got and what it takes', async t => {
  const { problems } = resolve('app', { memory: 300, interval: 10 }, { respawnLimit: 1.5, latency: '12 potatoes' })
  t.strictSame(problems, [
    { option: 'limits.memory', got: '300', takes: "bytes as a number, a size such as '300MB' or 'off'; at least 4 KB" },
    {
      option: 'limits.interval',
      got: '10',
      takes: "milliseconds as a number, a duration such as '12s' or 'off'; at least 50 ms",
    },
    { option: 'extensions.search.limits.respawnLimit', got: '1.5', takes: "a whole number or 'off'; at least 0" },
    {
      option: 'extensions.search.limits.latency',
      got: '"12 potatoes"',
      takes: "milliseconds as a number, a duration such as '12s' or 'off'; at least 1 ms",
    },
  ])
  const words = resolve('app', { respawnMinUptime: 'toString', utilization: 0, memoryTotal: null }).problems
  t.match(
    words.map(({ takes }) => takes),
    [/or 'any'/, /'0\.5 core' or 'off'; more than 0/, /'80%'/],
  )
})

t.test('an unknown limit is a problem too, with the one that was probably meant', async t => {
  const meant = (name: string) => resolve('app', { [name]: '1s' }).problems[0]?.takes
  t.match(meant('memry'), /^nothing: no such name \(did you mean memory\?\); known are memory, memoryTotal, /)
  t.match(meant('respawnMaxDelai'), /did you mean respawnMaxDelay/)
  t.match(meant('watchdog_latency_limit'), /did you mean latency/, "osquery's own name")
  t.notMatch(meant('flavour'), /did you mean/)
  t.notMatch(meant('toString'), /did you mean/)
  t.equal(resolve('app', { nonsense: undefined }).problems.length, 0, 'undefined is no value')
})

t.test('a beat cannot be asked for less often than it may be late', async t => {
  t.strictSame(resolve('app', { heartbeatLimit: 500 }).problems, [
    { option: 'limits.heartbeatLimit', got: '500 ms', takes: 'at least heartbeatInterval: 1 s (level app)' },
  ])
  t.strictSame(resolve('app', {}, { heartbeatInterval: '1 min' }).problems, [
    {
      option: 'extensions.search.limits.heartbeatInterval',
      got: '60 s',
      takes: 'at most heartbeatLimit: 30 s (level app)',
    },
  ])
  t.match(resolve('off', { heartbeatLimit: '10s' }).problems, [{ takes: /a heartbeatInterval beside it/ }])
  t.strictSame(resolve('app', { heartbeatInterval: 200, heartbeatLimit: 200 }).problems, [])
  t.strictSame(resolve('app', { heartbeatInterval: 'off' }).problems, [], 'no pings: only WATCHDOG=1 is listened to')
  t.strictSame(resolve('app', { heartbeatInterval: '1 min', heartbeatLimit: 'off' }).problems, [])
})

t.test('whatever is written, there is a problem or a number in range', async () => {
  const value = fc.oneof(fc.anything(), fc.constantFrom('off', 'any', '12s', '300MB', '80%', '0.5 core', 0, 5, 5e9))
  fc.assert(
    fc.property(fc.constantFrom(...LIMIT_NAMES), value, (name, given) => {
      const { policy, problems } = resolve('normal', { [name]: given })
      const { min, words } = LIMITS[name]
      return problems.length > 0 || policy[name] >= min || Object.values(words).includes(policy[name])
    }),
    { numRuns: 1000 },
  )
})

t.test("osquery's flags: level, units, and what zero means", async t => {
  t.match(policyFromFlags({}, 2), { level: 'normal', memory: 200 * MB, restart: 'always', judged: true, cores: 2 })
  t.match(policyFromFlags({ watchdog_level: 1 }, 2), { level: 'restrictive', latency: 6_000 })
  t.match(policyFromFlags({ watchdog_level: -1 }, 2), { level: 'off', memory: 10_000 * MB, utilization: 100 })
  const set = policyFromFlags(
    {
      watchdog_memory_limit: 259,
      watchdog_utilization_limit: 250,
      watchdog_latency_limit: 20,
      watchdog_delay: '13',
      watchdog_forced_shutdown_delay: 7,
      watchdog_max_delay: 30,
      alarm_timeout: 15,
      enable_watchdog_debug: true,
    },
    2,
  )
  t.match(set, { memory: 259 * MB, utilization: 100, latency: 20_000, delay: 13_000, forcedShutdownDelay: 7_000 })
  t.match(set, { respawnMaxDelay: 30_000, stopTimeout: 11_000 })
  t.equal(set.sources.memory, 'watchdog_memory_limit')
  const zero = { watchdog_memory_limit: 0, watchdog_utilization_limit: 0, watchdog_latency_limit: 0 }
  const zeros = policyFromFlags({ ...zero, watchdog_delay: 0, watchdog_forced_shutdown_delay: 0, alarm_timeout: 0 }, 2)
  t.match(zeros, { memory: 200 * MB, utilization: 10, latency: 12_000 }, "the level's")
  t.match(zeros, { delay: 0, forcedShutdownDelay: 0, stopTimeout: 0 }, 'zero')
  t.match(zeros, { heartbeatInterval: OFF, heartbeatLimit: OFF, hardTotal: OFF, hardFootprint: OFF })
  t.ok(Object.isFrozen(zeros))
})

t.test('a flag that is no number is refused by name', async t => {
  const wrong = [{ watchdog_delay: -1 }, { watchdog_delay: 'soon' }, { watchdog_delay: '' }, { watchdog_delay: true }]
  for (const flags of wrong)
    t.throws(() => policyFromFlags(flags, 1), { name: 'RangeError', message: /watchdog_delay/ })
  t.throws(() => policyFromFlags({ watchdog_level: 7 }, 1), /watchdog_level: got 7, takes -1, 0 or 1/)
})

t.test('conflicting heartbeat settings are reported only if every single value is valid', async t => {
  const options = (limits: Values) => resolve('app', limits).problems.map(({ option }) => option)
  t.strictSame(options({ heartbeatLimit: 500, memory: 1 }), ['limits.memory'])
  t.strictSame(options({ heartbeatLimit: 500 }), ['limits.heartbeatLimit'])
})

t.test('a heartbeatLimit requires pings, unless it is off', async t => {
  t.strictSame(resolve('off', { heartbeatLimit: '10s' }).problems, [
    {
      ...{ option: 'limits.heartbeatLimit', got: '10 s' },
      takes: 'a heartbeatInterval beside it: level off has none',
    },
  ])
  t.strictSame(resolve('off', { heartbeatLimit: 'off' }).problems, [])
  t.strictSame(resolve('off', { heartbeatLimit: '10s', heartbeatInterval: 'off' }).problems, [], 'explicitly off')
  t.strictSame(resolve('off', { heartbeatLimit: '10s', heartbeatInterval: '1s' }).problems, [])
})

t.test('a problem names the option as it was written', async t => {
  const names = { memory: 'OSQWATCH_MEMORY' }
  const layer = { at: 'limits', values: { memory: '1', latency: '1' }, names, text: true }
  const request = { level: 'app', restart: null, cores: 1, memoryBytes: MB, judged: true, enforce: true } as const
  t.strictSame(resolvePolicy({ ...request, layers: [layer] }).problems, [
    { option: 'OSQWATCH_MEMORY', got: '"1"', takes: "a size such as '300MB' or 'off'; at least 4 KB" },
    { option: 'limits.latency', got: '"1"', takes: "a duration such as '12s' or 'off'; at least 1 ms" },
  ])
  const right = { ...layer, values: { memory: '1MB' } }
  t.match(resolvePolicy({ ...request, layers: [right] }).policy, { memory: MB, sources: { memory: 'OSQWATCH_MEMORY' } })
})
