/** The parts of the message about a breach: child, excess, limit and source, escalation, consequence. */
import t from 'tap'
import { newborn } from '../../lib/core/machine.js'
import type { Breach, Child, Hang, Policy } from '../../lib/core/model.js'
import { tellLimit } from '../../lib/core/tell.js'
import { breach, policy } from './script.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const worker: Child = { ...newborn('worker', 'worker'), phase: 'up', pid: 7, life: 2, streak: 1 }
const rules = policy({ respawnLimit: 5 })
const sources = {
  ...rules.sources,
  memory: 'limits.memory',
  memoryTotal: 'limits.memoryTotal',
  memoryHard: 'limits.memoryHard',
  heartbeatLimit: 'level app',
  utilization: 'limits.utilization',
  latency: 'level app',
}
const leak = breach({ value: 560 * MB, limit: 300 * MB, baseline: 40 * MB, rss: 600 * MB })

/** Returns the parts of the message: excess, escalation, consequence. */
function parts(breach: Breach, changes: Partial<Policy> = {}, child: Partial<Child> = {}, hold?: number): string[] {
  return tellLimit({ ...worker, ...child }, breach, { ...rules, sources, ...changes }, 60_000, hold).split('; ')
}
const excess = (changes: Partial<Breach>, rules: Partial<Policy> = {}) => parts({ ...leak, ...changes }, rules)[0]

t.test('a memory breach shows the resident size, the baseline and the difference', async t => {
  const over = 'over memory 300 MB, set by limits.memory'
  const cases: [Partial<Breach>, string][] = [
    [{}, `holds 600 MB: 40 MB at start, grown by 560 MB: ${over}`],
    [{ baseline: 600 * MB }, `holds 600 MB: 600 MB at start, grown by 0 B: ${over}`],
    [{ baseline: null }, `holds 600 MB: ${over}`],
    [{ baseline: 601 * MB }, `holds 600 MB: ${over}`],
  ]
  for (const [changes, text] of cases) t.equal(excess(changes), `worker (pid 7, life 2) ${text}`)
})

t.test('a memory breach of several processes shows their number and how shared pages were counted', async t => {
  t.match(
    excess({ processes: 3, measure: 'proportional' }),
    'holds 600 MB in 3 processes (shared pages counted once): 40 MB at start',
  )
  t.match(
    excess({ processes: 3, measure: 'sum' }),
    'holds 600 MB in 3 processes (shared pages counted for each, as no more can be read): 40 MB at start',
  )
  t.notMatch(excess({ processes: 1, measure: 'resident' }), 'processes')
})

t.test('a default memoryHard names the limit that it is twice of', async t => {
  const limits = { memoryHard: OFF, hardTotal: 500 * MB, hardFootprint: 400 * MB }
  const hard = { limitName: 'memoryHard', hard: true } as const
  t.match(excess({ ...hard, limit: 500 * MB }, limits), 'over memoryHard 500 MB (twice memoryTotal), set by')
  t.match(excess({ ...hard, limit: 400 * MB }, limits), 'over memoryHard 400 MB (twice memory), set by')
  const set = { memoryHard: 500 * MB, hardTotal: 500 * MB, hardFootprint: OFF }
  t.match(excess({ ...hard, limit: 500 * MB }, set), 'over memoryHard 500 MB, set by limits.memoryHard')
  t.match(
    excess({ limit: 500 * MB }, limits),
    'over memory 500 MB, set by',
    'only memoryHard is derived from another limit',
  )
})

t.test('a heartbeat breach shows the kind of hang, if it is known', async t => {
  const text = (hang: Hang | null, state: string) =>
    parts(breach({ verdict: 'heartbeat', limitName: 'heartbeatLimit', value: 31_000, limit: 30_000, hang, state }))[0]
  const reasons: [Hang | null, string][] = [
    ['spinning', 'its loop is spinning (state S)'],
    ['stopped', 'it is stopped (state S)'],
    ['waiting', 'it waits on I/O (state S)'],
    ['blocked', 'it is blocked in a synchronous call (state S)'],
    [null, 'reason unknown (state S)'],
  ]
  for (const [hang, reason] of reasons)
    t.equal(
      text(hang, 'S'),
      `worker (pid 7, life 2) has not answered for 31 s of its own time, ${reason}: over heartbeatLimit 30 s, set by level app`,
    )
  t.match(text('spinning', 'R'), '(state R)')
})

t.test('a CPU breach shows the budget, the excess and the limit, each with its source', async t => {
  const hot = breach({ verdict: 'cpu', limitName: 'latency', value: 15_000, limit: 12_000 })
  t.equal(
    parts(hot, { utilization: 10, cores: 4 })[0],
    'worker (pid 7, life 2) used more CPU than 10% of 4 cores, set by limits.utilization, for 15 s: ' +
      'over latency 12 s, set by level app',
  )
})

t.test('the escalation shows the signals and their times', async t => {
  const cases: [Partial<Policy>, number | undefined, string][] = [
    [{}, undefined, 'warned now, SIGTERM in 1 s, SIGKILL 4 s after'],
    [{}, 1_000, 'warned now, SIGTERM in 1 s, SIGKILL 4 s after'],
    [{}, 1_001, 'SIGTERM when its evidence is taken, in 1 s at most, SIGKILL 4 s after'],
    [{}, 2_500, 'SIGTERM when its evidence is taken, in 2.5 s at most, SIGKILL 4 s after'],
    [{ warnDelay: 0 }, 0, 'SIGTERM now, SIGKILL 4 s after'],
    [{ warnDelay: 0 }, undefined, 'SIGTERM now, SIGKILL 4 s after'],
    [{ warnDelay: 0 }, 500, 'SIGTERM when its evidence is taken, in 500 ms at most, SIGKILL 4 s after'],
    [{ forcedShutdownDelay: 0 }, 0, 'warned now, SIGKILL in 1 s'],
    [{ forcedShutdownDelay: 0, warnDelay: 0 }, 0, 'SIGKILL now'],
    [{ forcedShutdownDelay: 0 }, 2_000, 'SIGKILL when its evidence is taken, in 2 s at most'],
    [{ forcedShutdownDelay: OFF }, 0, 'warned now, SIGTERM in 1 s'],
  ]
  for (const [changes, hold, text] of cases) t.equal(parts(leak, changes, {}, hold)[1], text)
  t.equal(parts({ ...leak, hard: true }, {}, {}, 2_000)[1], 'SIGKILL at once')
})

t.test('the consequence is a restart after a delay, giving up, or staying down', async t => {
  const follows = (changes: Partial<Policy>, child: Partial<Child> = {}) => parts(leak, changes, child)[2]
  t.equal(follows({}), 'then respawned after 4 s, failure 2 of 5')
  t.equal(follows({ respawnDelay: 5_000 }, { streak: 0 }), 'then respawned after 7 s, failure 1 of 5')
  t.equal(follows({}, { streak: 4 }), 'then respawned after 32 s, failure 5 of 5')
  t.equal(follows({}, { streak: 5 }), 'then given up: too many failed lives in a row')
  t.equal(
    follows({ respawnReset: 1_000 }, { streak: 5, bornAt: 0 }),
    'then given up: too many failed lives in a row',
    'a run that ends with a breach never clears the failures',
  )
  t.equal(
    follows({ respawnMinUptime: 0 }),
    'then respawned after 4 s, failure 2 of 5',
    'a breach is a failure, however long the run was',
  )
  t.equal(follows({ restart: 'never' }), 'then it stays down')
})

t.test('with enforce: false, the message shows what would have happened', async t => {
  const message = tellLimit(worker, leak, { ...rules, sources, enforce: false }, 60_000)
  t.equal(
    message,
    'worker (pid 7, life 2) holds 600 MB: 40 MB at start, grown by 560 MB: over memory 300 MB, set by limits.memory; ' +
      'enforce is off, or it would be: warned now, SIGTERM in 1 s, SIGKILL 4 s after; ' +
      'then respawned after 4 s, failure 2 of 5',
  )
})

t.test("at osquery's levels memory and CPU breaches have osquery's messages", async t => {
  const normal = policy({ level: 'normal', utilization: 10, interval: 3_000, cores: 4, respawnLimit: 4 })
  const text = (breach: Breach, changes: Partial<Policy> = {}, child: Child = worker) =>
    tellLimit(child, breach, { ...normal, sources, ...changes }, 60_000).split('; ')[0]
  const hot = breach({ verdict: 'cpu', limitName: 'latency', value: 13_500, limit: 12_000 })
  const search = { ...newborn('search', 'extension'), pid: 8, life: 1 } as const
  t.equal(
    text(hot),
    'osqueryd worker (7) stopping: Maximum sustainable CPU utilization limit 1200ms exceeded for 13.5 seconds',
  )
  t.equal(
    text(leak, {}, search),
    `osquery extension search (8) stopping: Memory limits exceeded: ${560 * MB} bytes (limit is 300MB)`,
  )
  t.equal(
    text({ ...leak, limit: 300.9 * MB }),
    `osqueryd worker (7) stopping: Memory limits exceeded: ${560 * MB} bytes (limit is 300MB)`,
  )
  const late = breach({ verdict: 'heartbeat', limitName: 'heartbeatLimit', value: 31_000, limit: 30_000 })
  t.match(text(late), /^worker \(pid 7, life 2\) has not answered/, 'osquery has no heartbeat')
  t.match(text(leak, { enforce: false }), /^worker \(pid 7, life 2\) holds 600 MB/, 'osquery always enforces')
})
