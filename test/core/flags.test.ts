/** osquery's flags: their names, their units, and the meaning of their values. */
import t from 'tap'
import { FLAGGED, flagTakes, LEVEL_FLAG_TAKES, policyFromFlags, readFlag, readLevelFlag } from '../../lib/core/flags.js'
import { LIMITS } from '../../lib/core/limits.js'
import type { LimitName } from '../../lib/core/model.js'

const MB = 1_048_576
const OFF = Number.POSITIVE_INFINITY

function read(name: LimitName, given: unknown) {
  const { flag } = LIMITS[name]
  return flag && readFlag(flag, given)
}

t.test('seven osquery flags set a limit', async t => {
  t.strictSame(Object.fromEntries(FLAGGED), {
    watchdog_memory_limit: 'memory',
    watchdog_utilization_limit: 'utilization',
    watchdog_latency_limit: 'latency',
    watchdog_delay: 'delay',
    watchdog_forced_shutdown_delay: 'forcedShutdownDelay',
    watchdog_max_delay: 'respawnMaxDelay',
    alarm_timeout: 'stopTimeout',
  })
})

t.test('watchdog_level accepts -1, 0 and 1, as a number or as text', async t => {
  const cases: [unknown, string | null][] = [
    [-1, 'off'],
    [0, 'normal'],
    [1, 'restrictive'],
    ['1', 'restrictive'],
    ['-1', 'off'],
    [2, null],
    [-2, null],
    [0.5, null],
    ['', null],
    [' ', null],
    ['normal', null],
    [true, null],
    [null, null],
    [undefined, null],
    [Number.NaN, null],
  ]
  for (const [given, level] of cases) t.equal(readLevelFlag(given), level, String(given))
  t.equal(LEVEL_FLAG_TAKES, '-1, 0 or 1')
})

t.test("a flag's value is converted from the flag's unit to the limit's unit", async t => {
  const cases: [LimitName, unknown, number | null | undefined][] = [
    ['memory', 259, 259 * MB],
    ['memory', '259', 259 * MB],
    ['memory', 0, undefined],
    ['utilization', 12, 12],
    ['utilization', 100, 100],
    ['utilization', 101, 100],
    ['utilization', 0, undefined],
    ['latency', 20, 20_000],
    ['latency', 150, 150_000],
    ['latency', 0, undefined],
    ['delay', 13, 13_000],
    ['delay', 0, 0],
    ['forcedShutdownDelay', 7, 7_000],
    ['forcedShutdownDelay', 0, 0],
    ['respawnMaxDelay', 30, 30_000],
    ['respawnMaxDelay', 0, 0],
    ['stopTimeout', 15, 11_000],
    ['stopTimeout', 4, 0],
    ['stopTimeout', 5, 1_000],
    ['stopTimeout', 3, 0],
    ['stopTimeout', 0, 0],
    ['delay', -1, null],
    ['delay', '-0.5', null],
    ['delay', OFF, null],
    ['delay', 'Infinity', null],
    ['delay', Number.NaN, null],
    ['delay', '', null],
    ['delay', '  ', null],
    ['delay', 'soon', null],
    ['delay', true, null],
    ['delay', undefined, null],
  ]
  for (const [name, given, number] of cases) t.equal(read(name, given), number, `${name}: ${String(given)}`)
})

t.test('the error for a wrong flag value says which values the flag accepts', async t => {
  t.equal(flagTakes({ name: 'watchdog_memory_limit', unit: 'MB' }), 'a number of MB, 0 or more')
  t.equal(flagTakes({ name: 'watchdog_delay', unit: 's' }), 'a number of s, 0 or more')
  const error = (message: string) => ({ name: 'RangeError', message })
  t.throws(
    () => policyFromFlags({ watchdog_delay: 'soon' }, 1),
    error('watchdog_delay: got "soon", takes a number of s, 0 or more'),
  )
  t.throws(
    () => policyFromFlags({ watchdog_memory_limit: -1 }, 1),
    error('watchdog_memory_limit: got -1, takes a number of MB, 0 or more'),
  )
  t.throws(() => policyFromFlags({ watchdog_level: 'high' }, 1), error('watchdog_level: got "high", takes -1, 0 or 1'))
})

t.test("a limit without a flag has the level's value, and flags that set no limit are ignored", async t => {
  const named = policyFromFlags({ watchdog_delay: 13, enable_watchdog_debug: true, watchdog_level: '1' }, 6)
  t.match(named, { level: 'restrictive', delay: 13_000, memory: 100 * MB, latency: 6_000, cores: 6 })
  t.match(named, { restart: 'always', judged: true, enforce: true })
  t.match(named.sources, { delay: 'watchdog_delay', memory: 'level restrictive', latency: 'level restrictive' })
  const zero = policyFromFlags({ watchdog_memory_limit: 0, watchdog_delay: 0 }, 1)
  t.match(zero.sources, { memory: 'level normal', delay: 'watchdog_delay' }, 'zero may mean the level’s value')
})

t.test('a policy from flags has no heartbeat and no memoryHard, like osquery', async t => {
  const policy = policyFromFlags({ watchdog_level: 1 }, 1)
  t.match(policy, { heartbeatInterval: OFF, heartbeatLimit: OFF, memoryHard: OFF, hardTotal: OFF, hardFootprint: OFF })
  t.match(policy.sources, { heartbeatInterval: 'replay', heartbeatLimit: 'replay', memoryHard: 'replay' })
})
