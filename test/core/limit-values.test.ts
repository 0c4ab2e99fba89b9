/** Values of one limit: which are accepted, which are refused, and how they are formatted. */
import t from 'tap'
import { formatLimit, limitTakes, readLimit } from '../../lib/core/limit-values.js'
import { LIMIT_NAMES, LIMITS } from '../../lib/core/limits.js'
import type { LimitName } from '../../lib/core/model.js'

const MB = 1_048_576
const OFF = Number.POSITIVE_INFINITY
const machine = { cores: 4, memoryBytes: 1_001 }

/** The minimum of each limit, in its unit. */
const LEAST: Record<LimitName, number> = {
  memory: 4_096,
  memoryTotal: 4_096,
  memoryHard: 4_096,
  memoryGrowth: MB,
  utilization: 0.001,
  latency: 1,
  interval: 50,
  heartbeatInterval: 50,
  heartbeatLimit: 50,
  extendLimit: 0,
  delay: 0,
  warnDelay: 0,
  forcedShutdownDelay: 0,
  stopTimeout: 0,
  respawnLimit: 0,
  respawnMinUptime: 0,
  respawnDelay: 0,
  respawnMaxDelay: 0,
  respawnReset: 0,
}

t.test('each limit accepts its minimum and refuses anything below it', async t => {
  for (const name of LIMIT_NAMES) {
    const least = LEAST[name]
    const step = LIMITS[name].unit === 'percent' ? 0.0001 : 1
    t.equal(readLimit(name, least, machine), least, `${name}: ${least}`)
    t.equal(readLimit(name, least - step, machine), null, `${name}: ${least - step}`)
  }
})

t.test('each limit accepts only numbers and texts of its own unit', async t => {
  const cases: [LimitName, unknown, number | null][] = [
    ['memory', '300MB', 300 * MB],
    ['memory', '12s', null],
    ['memory', '10%', null],
    ['latency', '12s', 12_000],
    ['latency', '300MB', null],
    ['utilization', '10%', 10],
    ['utilization', '1 core', 25],
    ['utilization', 250, 100],
    ['utilization', '12s', null],
    ['respawnLimit', 5, 5],
    ['respawnLimit', 0, 0],
    ['respawnLimit', -1, null],
    ['respawnLimit', 1.5, null],
    ['respawnLimit', '5', null],
    ['respawnLimit', OFF, null],
    ['memoryTotal', '50%', 500],
    ['memory', '50%', null],
    ['memoryHard', '50%', null],
  ]
  const large = { ...machine, memoryBytes: 1_000 * MB }
  for (const [name, value, number] of cases) {
    const share = name === 'memoryTotal' ? number && number * MB : number
    t.equal(readLimit(name, value, large), share, `${name}: ${String(value)}`)
  }
})

t.test('a share of memory is rounded down to whole bytes, and is at most 100 %', async t => {
  const share = (text: string, memoryBytes: number) => readLimit('memoryTotal', text, { cores: 1, memoryBytes })
  t.equal(share('50%', 10_001), 5_000)
  t.equal(share('100%', 10_001), 10_001)
  t.equal(share('100.1%', 10_001), null)
  t.equal(share('40%', 10_000), null, 'less than the minimum of one page')
})

t.test('each limit has its own words for special values', async t => {
  t.equal(readLimit('memory', 'off', machine), OFF)
  t.equal(readLimit('delay', 'off', machine), 0)
  t.equal(readLimit('memoryGrowth', 'off', machine), 0)
  t.equal(readLimit('respawnMinUptime', 'any', machine), OFF)
  t.equal(readLimit('respawnMinUptime', 'off', machine), 0)
  for (const word of ['any', 'on', 'OFF', 'toString', 'constructor', ['off']])
    t.equal(readLimit('memory', word, machine), null)
})

t.test('an error lists the forms, the words and the minimum that a limit accepts', async t => {
  const cases: [LimitName, string][] = [
    ['memory', "bytes as a number, a size such as '300MB' or 'off'; at least 4 KB"],
    ['memoryTotal', "bytes as a number, a size such as '300MB', a share such as '80%' or 'off'; at least 4 KB"],
    ['memoryGrowth', "bytes as a number, a size such as '300MB' or 'off'; at least 1 MB"],
    ['utilization', "percent of all cores as a number, '10%', '0.5 core' or 'off'; more than 0"],
    ['latency', "milliseconds as a number, a duration such as '12s' or 'off'; at least 1 ms"],
    ['interval', "milliseconds as a number, a duration such as '12s' or 'off'; at least 50 ms"],
    ['warnDelay', "milliseconds as a number, a duration such as '12s' or 'off'; at least 0 ms"],
    ['stopTimeout', "milliseconds as a number, a duration such as '12s' or 'off'; at least 0 ms"],
    ['respawnMinUptime', "milliseconds as a number, a duration such as '12s', 'off' or 'any'; at least 0 ms"],
    ['respawnLimit', "a whole number or 'off'; at least 0"],
  ]
  for (const [name, text] of cases) t.equal(limitTakes(name), text)
})

t.test('in text, only a count is written as a bare number', async t => {
  const cases: [LimitName, string][] = [
    ['memory', "a size such as '300MB' or 'off'; at least 4 KB"],
    ['memoryTotal', "a size such as '300MB', a share such as '80%' or 'off'; at least 4 KB"],
    ['utilization', "'10%', '0.5 core' or 'off'; more than 0"],
    ['latency', "a duration such as '12s' or 'off'; at least 1 ms"],
    ['respawnLimit', "a whole number or 'off'; at least 0"],
  ]
  for (const [name, text] of cases) t.equal(limitTakes(name, true), text)
})

t.test('a limit is formatted in its unit, Infinity as off, and respawnMinUptime: Infinity as any', async t => {
  t.equal(formatLimit('memory', 300 * MB), '300 MB')
  t.equal(formatLimit('utilization', 12.5), '12.5 %')
  t.equal(formatLimit('latency', 12_000), '12 s')
  t.equal(formatLimit('respawnLimit', 5), '5')
  t.equal(formatLimit('memory', OFF), 'off')
  t.equal(formatLimit('latency', OFF), 'off')
  t.equal(formatLimit('respawnMinUptime', OFF), 'any')
  t.equal(formatLimit('respawnMinUptime', 4_000), '4 s')
  t.equal(formatLimit('respawnReset', OFF), 'off')
})
