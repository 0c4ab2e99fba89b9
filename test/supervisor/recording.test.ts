/** The recording of an incident: people read times of the wall clock in it, a replay counts seconds from the life's start. */
import t from 'tap'
import { replayLimits } from '../../lib/core/replay.js'
import type { IncidentsConfig } from '../../lib/wire/commands.js'
import type { Incident } from '../../lib/wire/incident.js'
import { policy } from '../core/script.js'
import { childConfig, settled, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const INCIDENTS: IncidentsConfig = {
  ...{ dir: '/incidents', maxBytes: MB, maxFiles: 10, maxAge: 1e9, cooldown: 60_000, budget: 500, heapSnapshot: 0 },
}
/** The wall clock is far ahead of the monotonic one, and its milliseconds have fractions. */
const AHEAD = 1_773_500_000_000.25
const RULES = policy({
  ...{ memory: OFF, memoryTotal: 200 * MB, hardTotal: 1_000 * MB, hardFootprint: OFF, memoryGrowth: 1_000 * MB },
  ...{ delay: 10_000, interval: 3_000, warnDelay: 0, heartbeatInterval: 1_000, heartbeatLimit: 30_000 },
})

/** A first life of 5 s, and a second that begins at 7 s, leaks from the 12th second on and is ended. */
async function recorded(): Promise<Incident> {
  const world = new World([childConfig('x', { policy: RULES })], { incidents: INCIDENTS })
  world.ahead = AHEAD
  void world.supervisor.start()
  await world.pass(5_000)
  world.ended('x', 1)
  await world.pass(3_000)
  world.greet('x')
  const process = world.process('x')
  process.onSignal = signal => signal === 'SIGTERM' && world.ended('x', null, 'SIGTERM')
  for (let second = 8; second < 30 && world.incidents.length < 2; second++) {
    if (second >= 12) process.sample.rss += 40 * MB
    process.sample.cpuMs += 100
    if (second === 9) process.events.heard({ type: 'beat', seq: 1, pid: process.pid, usr1: false, inspector: false })
    await world.pass(1_000)
  }
  await settled()
  const [, incident] = world.incidents
  if (incident === undefined) throw new Error('no incident of the second life')
  return incident
}

t.test('all times of the recording are of the wall clock, in whole milliseconds', async t => {
  const { recording, at, child, verdict, ladder } = await recorded()
  const seconds = (times: readonly number[]) => times.map(time => (time - Math.round(AHEAD)) / 1_000)
  t.strictSame(seconds(recording.samples.at), [0, 3, 7, 10, 13, 16], 'a look each window, of both lives')
  t.strictSame(recording.samples.life, [1, 1, 2, 2, 2, 2])
  t.strictSame(recording.samples.lateness, [null, null, null, 0, 2_000, 5_000], 'the worst since the row before')
  t.match(recording.memory.at.length > 0 && [recording.memory.at[0], recording.memory.at.at(-1)], [Number, Number])
  t.ok(
    seconds(recording.memory.at).every(time => time > 0 && time < 18),
    'looks between the windows',
  )
  t.strictSame(seconds(recording.beats.at).slice(0, 1), [9])
  t.strictSame(
    recording.events.map(({ life, type }) => `${type} ${life}`),
    ['spawn', 'exit', 'backoff', 'incident']
      .map(type => `${type} 1`)
      .concat(['spawn', 'ready', 'limit', 'warn', 'exit', 'backoff', 'terminate'].map(type => `${type} 2`)),
  )
  const limitAt = recording.events.find(({ type }) => type === 'limit')?.at
  t.equal(verdict?.at, limitAt)
  t.ok(Number(limitAt) - AHEAD < 18_000 && Number(limitAt) > AHEAD)
  t.equal(Number(child.startedAt) - AHEAD, 7_000)
  t.ok(at >= Number(limitAt))
  t.strictSame(
    ladder.map(({ rung }) => rung),
    ['limit', 'warn', 'exit', 'terminate'],
    'of the life that ended alone',
  )
})

t.test('its replay has the looks of that life alone, by seconds of age', async t => {
  const { replay, recording } = await recorded()
  t.strictSame(
    replay.ticks.map(([age]) => age),
    [0, 3, 6, 9],
  )
  t.strictSame(
    replay.ticks.map(([, user]) => user),
    [0, 200, 500, 800],
    'CPU in ms',
  )
  t.equal(replay.baseline, 50 * MB)
  t.ok(replay.memory.length > 0 && replay.memory.length < recording.memory.at.length)
  t.ok(replay.memory.every(([age]) => age >= 0 && age < 11))
  const outcome = replayLimits(replay)
  t.match(outcome, { verdict: 'memory', seconds: 10 }, 'not before delay is over')
  t.match(replayLimits({ ...replay, limits: { ...replay.limits, delay: 0 } }), {
    verdict: 'memory',
    tick: null,
    seconds: 8.61,
  })
  t.match(replayLimits({ ...replay, limits: { ...replay.limits, delay: 20_000 } }), { verdict: null })
})

t.test('limits that are off are null in JSON, and so they are when it is read again', async t => {
  const { limits, replay } = await recorded()
  t.match(limits, { values: { memory: null, memoryTotal: 200 * MB }, hardTotal: 1_000 * MB, hardFootprint: null })
  t.strictSame(JSON.parse(JSON.stringify(replay)), replay)
})

t.test(
  'of several processes sizes are recorded with shared pages counted once, at looks between the windows, too',
  async t => {
    const world = new World([childConfig('x', { policy: { ...RULES, delay: 0 } })], { incidents: INCIDENTS })
    void world.supervisor.start()
    await world.pass(0)
    world.process('x').descendants.set(901, 'in the group')
    Object.assign(world.process('x').sample, { rss: 300 * MB, processes: 2 })
    while (world.readings.length === 0 && world.now < 3_000) await world.pass(10)
    world.readings[0]?.answer(120 * MB)
    await world.pass(900)
    world.ended('x', 1)
    await world.pass(100)
    const { memory } = world.incidents[0]?.recording ?? { memory: { rss: [] } }
    t.ok(memory.rss.length > 3)
    t.strictSame(new Set(memory.rss), new Set([120 * MB]))
  },
)
