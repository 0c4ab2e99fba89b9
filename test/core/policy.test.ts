/** The policy of a child: which values are copied from its settings, and which are derived. */
import t from 'tap'
import { LIMIT_NAMES, LIMITS } from '../../lib/core/limits.js'
import type { Level, LimitName } from '../../lib/core/model.js'
import { levelSettings, makePolicy, type PolicyFrame, type Setting } from '../../lib/core/policy.js'

const MB = 1_048_576
const OFF = Number.POSITIVE_INFINITY
const frame: PolicyFrame = { level: 'app', restart: null, cores: 4, judged: true, enforce: true }
const set = (value: number, source: string): Setting => ({ value, source, explicit: true })

function make(settings: Partial<Record<LimitName, Setting>>, changes: Partial<PolicyFrame> = {}) {
  const all = { ...frame, ...changes }
  return makePolicy({ ...levelSettings(all.level), ...settings }, all)
}

t.test('the settings of a level have its values and are not explicit', async t => {
  for (const level of ['app', 'normal', 'restrictive', 'off'] as Level[]) {
    const settings = levelSettings(level)
    t.strictSame(Object.keys(settings), LIMIT_NAMES)
    for (const name of LIMIT_NAMES)
      t.strictSame(settings[name], { value: LIMITS[name].levels[level], source: `level ${level}`, explicit: false })
  }
})

t.test('a policy is frozen, and has the value and the source of each limit', async t => {
  const policy = make({ latency: set(5_000, 'limits.latency') }, { cores: 3, judged: false, enforce: false })
  t.match(policy, { latency: 5_000, delay: 10_000, level: 'app', cores: 3, judged: false, enforce: false })
  t.match(policy.sources, { latency: 'limits.latency', delay: 'level app', memoryHard: 'level app' })
  t.match(make({}), { cores: 4, judged: true, enforce: true })
  t.throws(() => Object.assign(policy, { memory: 0 }), TypeError)
  t.throws(() => Object.assign(policy.sources, { memory: '' }), TypeError)
})

t.test("restart defaults to on-failure at level app, and to always at osquery's levels", async t => {
  t.equal(make({}).restart, 'on-failure')
  t.equal(make({}, { restart: 'always' }).restart, 'always')
  t.equal(make({}, { restart: 'never' }).restart, 'never')
  for (const level of ['normal', 'restrictive', 'off'] as const) {
    t.equal(make({}, { level }).restart, 'always')
    t.equal(make({}, { level, restart: 'on-failure' }).restart, 'on-failure')
  }
})

t.test('memoryHard defaults to twice each memory limit at level app, and to off otherwise', async t => {
  const memory = set(100 * MB, 'limits.memory')
  const memoryTotal = set(400 * MB, 'limits.memoryTotal')
  t.match(make({ memory }), {
    ...{ hardFootprint: 200 * MB, hardTotal: OFF, sources: { memoryHard: 'twice limits.memory' } },
  })
  t.match(make({ memoryTotal }), {
    ...{ hardFootprint: OFF, hardTotal: 800 * MB, sources: { memoryHard: 'twice limits.memoryTotal' } },
  })
  t.match(make({ memory, memoryTotal }), {
    ...{ hardFootprint: 200 * MB, hardTotal: 800 * MB },
    sources: { memoryHard: 'twice limits.memory and limits.memoryTotal' },
  })
  t.match(make({}), { hardFootprint: OFF, hardTotal: OFF, sources: { memoryHard: 'level app' } })
  t.match(make({ memory, memoryTotal }, { level: 'normal' }), {
    ...{ hardFootprint: OFF, hardTotal: OFF, sources: { memoryHard: 'level normal' } },
  })
})

t.test('an explicit memoryHard limits only the resident size, at any level', async t => {
  const memoryHard = set(500 * MB, 'limits.memoryHard')
  const memory = set(100 * MB, 'limits.memory')
  for (const level of ['app', 'normal'] as const)
    t.match(make({ memory, memoryHard }, { level }), {
      ...{ memoryHard: 500 * MB, hardTotal: 500 * MB, hardFootprint: OFF },
      sources: { memoryHard: 'limits.memoryHard' },
    })
})
