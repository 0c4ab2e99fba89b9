/** Alarms of several processes, one after the other: each is confirmed by a reading of its own, and none is lost. */
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const RULES = policy({
  ...{ memory: OFF, memoryTotal: 200 * MB, hardTotal: OFF, hardFootprint: OFF, memoryGrowth: 1_000 * MB },
  ...{ delay: 0, interval: 3_000, warnDelay: 0, heartbeatInterval: OFF },
})

/** Three processes that hold `megabytes` together, shared pages counted for each. */
async function begun(megabytes: number, changes: Partial<Policy> = {}): Promise<World> {
  const world = new World([childConfig('x', { policy: { ...RULES, ...changes } })])
  void world.supervisor.start()
  await world.pass(0)
  world.process('x').descendants.set(901, 'in the group').set(902, 'in the group')
  holds(world, megabytes)
  return world
}

const holds = (world: World, megabytes: number) =>
  Object.assign(world.process('x').sample, { rss: megabytes * MB, processes: 3 })

/** Time passes until a reading is asked for, `ms` at most: how long that was. Infinity: none was. */
async function untilAsked(world: World, ms: number): Promise<number> {
  const from = world.now
  const before = world.readings.length
  while (world.now - from < ms) {
    await world.pass(10)
    if (world.readings.length > before) return world.now - from
  }
  return Number.POSITIVE_INFINITY
}

const answer = (world: World, megabytes: number | null) =>
  world.readings.at(-1)?.answer(megabytes === null ? null : megabytes * MB)

t.test('a second alarm in one run: memoryHard is confirmed anew during the escalation', async t => {
  const world = await begun(300, { hardTotal: 400 * MB, warnDelay: 60_000 })
  await untilAsked(world, 1_000)
  answer(world, 210)
  t.strictSame(world.told('limit', 'warn', 'kill'), ['limit x', 'warn x'])
  t.equal(await untilAsked(world, 10_000), OFF, 'below memoryHard there is nothing to confirm')
  holds(world, 500)
  t.ok((await untilAsked(world, 3_000)) <= 3_000)
  answer(world, 390)
  t.strictSame(world.told('kill'), [], 'shared pages had been counted three times')
  t.ok((await untilAsked(world, 6_000)) >= 1_000, 'a refuted alarm is quiet for a second here, too')
  answer(world, 410)
  t.strictSame(world.told('limit', 'kill'), ['limit x', 'limit x', 'kill x'])
})

t.test('a third and a fourth: each is raised again as long as it is refuted', async t => {
  const world = await begun(300)
  for (let alarm = 0; alarm < 4; alarm++) {
    t.ok((await untilAsked(world, 3_000)) <= 3_000)
    answer(world, 150)
  }
  t.strictSame(world.told('limit'), [])
})

t.test('a slow reading gives the child a rest, however much it adds meanwhile', async t => {
  const world = await begun(300)
  await untilAsked(world, 1_000)
  await world.pass(100)
  answer(world, 120)
  holds(world, 900)
  const rested = await untilAsked(world, 10_000)
  t.ok(rested >= 2_000 && rested < 2_500, `it took 100 ms and more, and its rest was ${rested} ms`)
})

t.test('the rest ends after a window, however slow the reading was', async t => {
  const world = await begun(300)
  await untilAsked(world, 1_000)
  await world.pass(2_000)
  answer(world, 120)
  const rested = await untilAsked(world, 60_000)
  t.ok(rested >= 2_900 && rested <= 3_200, `${rested} ms`)
})

t.test('with room to spare the next alarm waits for as long as that room lasts at the fastest growth', async t => {
  const world = await begun(2_300, { memoryTotal: 2_200 * MB })
  await untilAsked(world, 3_100)
  answer(world, 200)
  const waited = await untilAsked(world, 10_000)
  t.ok(waited >= 1_900 && waited < 2_200, `2000 MB at 1000 MB/s are 2 s, and it was ${waited} ms`)
})

t.test('whose members cannot be listed at this moment is asked again a second later', async t => {
  const world = await begun(300)
  world.process('x').isListed = false
  t.equal(await untilAsked(world, 5_000), OFF)
  world.process('x').isListed = true
  t.ok((await untilAsked(world, 2_000)) <= 1_100)
  answer(world, 210)
  t.strictSame(world.told('limit'), ['limit x'])
})

t.test('what was shared in one run says nothing of the next', async t => {
  const world = await begun(300)
  await untilAsked(world, 1_000)
  answer(world, 120)
  const proportional = () => {
    const reply = world.supervisor.status()
    return reply.ok && reply.value[0]?.proportional
  }
  t.equal(proportional(), 120 * MB)
  world.ended('x', 1)
  await world.pass(3_000)
  t.equal(proportional(), null)
  world.process('x').descendants.set(903, 'in the group')
  holds(world, 250)
  t.ok((await untilAsked(world, 3_000)) <= 3_000, 'its sum is over the limit')
})

t.test('a limit that is passed inside delay is enforced when delay is over', async t => {
  const world = await begun(0, { delay: 10_000 })
  Object.assign(world.process('x').sample, { rss: 300 * MB, processes: 1 })
  await world.pass(9_990)
  t.strictSame(world.told('limit'), [])
  await world.pass(20)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { at: 10_000, limitName: 'memoryTotal', value: 300 * MB },
  )
  t.ok(world.memoryLooks.length <= 1, 'and no look is made for it before')
})
