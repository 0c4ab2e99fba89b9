import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import type { StatusRow } from '../../lib/wire/commands.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const unlimited = { memory: OFF, memoryTotal: OFF, hardTotal: OFF, hardFootprint: OFF, heartbeatInterval: OFF }
const limits = (changes: Partial<Policy>) =>
  policy({ ...unlimited, delay: 0, interval: 3_000, memoryGrowth: 1_000 * MB, warnDelay: 0, ...changes })

/** Begun, and past its first look. */
async function begun(world: World): Promise<World> {
  void world.supervisor.start()
  await world.pass(0)
  return world
}

const one = (changes: Partial<Policy>) => begun(new World([childConfig('x', { policy: limits(changes) })]))

function status(world: World, name = 'x'): StatusRow {
  const reply = world.supervisor.status()
  const row = reply.ok && reply.value.find(one => one.name === name)
  if (!row) throw new Error(`no row of ${name}`)
  return row
}

t.test('without a limit memory is looked at with the CPU windows alone', async t => {
  const world = await one({})
  await world.pass(60_000)
  t.strictSame(world.memoryLooks, [])
  t.equal(world.log.filter(line => line === 'look at x').length, 21)
  t.equal(status(world).overshoot, null, 'and nothing is promised')
})

t.test('with CPU windows off a child is looked at all the same, now and then', async t => {
  const world = await one({ interval: OFF })
  await world.pass(60_000)
  t.ok(world.log.filter(line => line === 'look at x').length >= 20)
  t.match(status(world), { cpu: null, utilization: null, rss: 50 * MB })
})

t.test('a leak is met on its way: the looks come closer as the room gets less', async t => {
  const world = await one({ memoryTotal: 250 * MB })
  const { sample } = world.process('x')
  const leakPerMs = 0.1 * MB
  for (let ms = 0; ms < 4_000 && world.told('limit').length === 0; ms++) {
    await world.pass(1)
    sample.rss += leakPerMs
  }
  const [limit] = world.events.filter(event => event.type === 'limit')
  t.match(limit, { limitName: 'memoryTotal', measure: 'resident', processes: 1 })
  const over = Number(limit?.value) - 250 * MB
  t.ok(over > 0 && over <= 3 * MB, `over by ${over / MB} MB: at 100 MB/s, 20 ms are 2 MB`)
  const times = world.memoryLooks.map(([at]) => at)
  const gaps = times.slice(1).map((at, look) => at - Number(times[look]))
  t.ok(Math.min(...gaps) >= 20, 'never more often than each 20 ms')
  t.ok(Number(gaps[0]) > 150, `the first gap was long: ${gaps[0]}`)
  t.ok(times.length < 60, `${times.length} looks in all`)
})

t.test('what is not enforced yet is not promised either', async t => {
  const young = await one({ memoryTotal: 250 * MB, delay: 10_000 })
  await young.pass(5_000)
  t.equal(status(young).overshoot, null)
  await young.pass(6_000)
  t.equal(status(young).overshoot, 20 * MB)
  const hard = await one({ memoryTotal: 250 * MB, hardTotal: 500 * MB, delay: 10_000 })
  await hard.pass(5_000)
  t.equal(status(hard).overshoot, 20 * MB, 'of memoryHard')
})

t.test('memoryHard is held by the same looks, also during a ladder', async t => {
  const world = await one({ memoryTotal: 100 * MB, hardTotal: 200 * MB, warnDelay: 60_000 })
  const { sample } = world.process('x')
  sample.rss = 110 * MB
  await world.pass(100)
  t.strictSame(world.told('limit', 'kill'), ['limit x'])
  await world.pass(5_000)
  sample.rss = 210 * MB
  await world.pass(100)
  t.strictSame(world.told('limit', 'kill'), ['limit x', 'limit x', 'kill x'], 'noticed within 90 ms')
})

t.test('looks that fall close together share a wake-up', async t => {
  const names = Array.from({ length: 50 }, (_, child) => `x${child}`)
  const world = new World([])
  void world.supervisor.start()
  for (const name of names) {
    void world.supervisor.add(childConfig(name, { policy: limits({ memoryTotal: 250 * MB }) }))
    await world.pass(7)
  }
  await world.pass(1_000)
  const [wakes, looks] = [world.wakes, world.memoryLooks.length]
  await world.pass(10_000)
  t.ok(world.memoryLooks.length - looks >= 50 * 45, 'each is looked at about five times a second')
  t.ok(world.wakes - wakes <= 130, `${world.wakes - wakes} wake-ups in 10 s for all`)
})

t.test('what the looks cost is bounded: the least urgent wait longer, and the promise says so', async t => {
  const far = limits({ memoryTotal: 350 * MB })
  const near = limits({ memoryTotal: 60 * MB })
  const children = Array.from({ length: 40 }, (_, child) => childConfig(`far${child}`, { policy: far }))
  const world = await begun(new World([childConfig('near', { policy: near }), ...children], { overhead: 0.02 }))
  for (const process of world.processes.values()) process.lookMs = 0.2
  t.equal(status(world, 'far0').overshoot, 20 * MB)
  await world.pass(30_000)
  const looks = (who: RegExp) => world.memoryLooks.filter(([at, name]) => at > 20_000 && who.test(name)).length / 10
  t.ok(looks(/far/) < 60, `${looks(/far/)} looks a second at 40 children, 130 are what they would like`)
  t.ok(looks(/far/) > 30, 'and not fewer than the share allows')
  t.ok(looks(/near/) > 35, `${looks(/near/)} a second at the one that is near its limit`)
  t.equal(status(world, 'near').overshoot, 20 * MB)
  const promised = Number(status(world, 'far0').overshoot)
  t.ok(promised > 100 * MB, `${promised / MB} MB can be promised of the others`)
})

t.test('only the watcher’s own CPU is its cost, not the time in which others had the processor', async t => {
  const far = limits({ memoryTotal: 350 * MB })
  const children = Array.from({ length: 10 }, (_, child) => childConfig(`x${child}`, { policy: far }))
  const world = await begun(new World(children, { overhead: 0.02 }))
  for (const process of world.processes.values()) Object.assign(process, { lookMs: 0.05, waitMs: 2 })
  await world.pass(30_000)
  t.equal(status(world, 'x0').overshoot, 20 * MB)
})

t.test('one process that is over its limit is over it: nobody is asked', async t => {
  const world = await one({ memoryTotal: 100 * MB })
  world.process('x').sample.rss = 101 * MB
  await world.pass(200)
  t.strictSame(world.told('limit'), ['limit x'])
  t.strictSame(world.readings, [])
})

/** Three processes that hold 300 MB by their resident sizes, over a limit of 200 MB. */
async function alarmed(changes: Partial<Policy> = {}): Promise<World> {
  const world = await one({ memoryTotal: 200 * MB, ...changes })
  const process = world.process('x')
  process.descendants.set(901, 'in the group').set(902, 'in the group')
  Object.assign(process.sample, { rss: 300 * MB, processes: 3 })
  while (world.readings.length === 0 && world.now < 1_000) await world.pass(10)
  return world
}

t.test('several processes raise an alarm, and what they really hold decides', async t => {
  const world = await alarmed()
  await world.pass(1_900)
  t.strictSame(world.told('limit'), [], 'shared pages may have been counted three times')
  t.strictSame(
    world.readings.map(({ pids }) => pids),
    [[100, 901, 902]],
    'asked once, however long the answer takes',
  )
  world.readings[0]?.answer(210 * MB)
  t.match(
    world.events.find(event => event.type === 'limit'),
    {
      measure: 'proportional',
      processes: 3,
      value: 210 * MB,
      message: /210 MB in 3 processes \(shared pages counted once\)/,
    },
  )
})

t.test('a refuted alarm is quiet for a second, or for as long as the room that is left can last', async t => {
  const world = await alarmed()
  const refutedAt = world.now
  world.readings[0]?.answer(120 * MB)
  t.match(status(world), { proportional: 120 * MB, rss: 300 * MB })
  await world.pass(990)
  t.equal(world.readings.length, 1)
  await world.pass(40)
  t.equal(world.readings.length, 2, `asked again after ${world.now - refutedAt} ms`)
  world.readings[1]?.answer(201 * MB)
  t.strictSame(world.told('limit'), ['limit x'])
})

t.test('a slow reading is asked for more rarely: it is dear to the child as well', async t => {
  const world = await alarmed({ interval: 30_000 })
  await world.pass(200)
  world.readings[0]?.answer(120 * MB)
  await world.pass(3_900)
  t.equal(world.readings.length, 1, 'it took 200 ms and more, so 20 times that is the least')
  await world.pass(10_000)
  t.equal(world.readings.length, 2)
})

t.test('where no reading is to be had the sum counts, and the event says so', async t => {
  const world = await alarmed()
  world.readings[0]?.answer(null)
  t.strictSame(world.told('limit'), [], 'a helper may have been lost: asked once more')
  world.readings[1]?.answer(null)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { measure: 'sum', value: 300 * MB, message: /shared pages counted for each/ },
  )
})

t.test('where a reading fails later, the last one and what was added since has to do', async t => {
  const world = await alarmed()
  world.readings[0]?.answer(120 * MB)
  await world.pass(1_100)
  for (const reading of world.readings.slice(1)) reading.answer(null)
  world.readings.at(-1)?.answer(null)
  t.strictSame(world.told('limit'), [], '120 MB, and nothing was added')
})

t.test('silence after a refuted alarm ends when what was added is enough for another one', async t => {
  const world = await alarmed()
  world.readings[0]?.answer(120 * MB)
  world.process('x').sample.rss += 81 * MB
  await world.pass(400)
  t.equal(world.readings.length, 2, 'well within the second')
  world.readings[1]?.answer(201 * MB)
  t.strictSame(world.told('limit'), ['limit x'])
})

t.test('a tree holds at least what its largest process holds, whatever a reading says', async t => {
  const world = await one({ memoryTotal: 200 * MB })
  const process = world.process('x')
  process.memberBytes = 210 * MB
  process.descendants.set(901, 'in the group')
  Object.assign(process.sample, { rss: 300 * MB, processes: 2 })
  while (world.readings.length === 0 && world.now < 1_000) await world.pass(10)
  world.readings[0]?.answer(90 * MB)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { value: 210 * MB, measure: 'proportional' },
  )
})

t.test('memoryHard of several processes is confirmed, too, and then there is no ladder', async t => {
  const world = await alarmed({ memoryTotal: OFF, hardTotal: 200 * MB })
  t.strictSame(world.told('limit', 'kill'), [])
  world.readings[0]?.answer(250 * MB)
  t.strictSame(world.told('limit', 'terminate', 'kill'), ['limit x', 'kill x'])
})

t.test('an answer that comes when the life is over is nobody’s', async t => {
  const world = await alarmed({ respawnLimit: 9 })
  world.ended('x', 1)
  await world.pass(30_000)
  t.equal(world.told('spawn').length, 2)
  world.readings[0]?.answer(900 * MB)
  t.strictSame(world.told('limit'), [])
  t.equal(status(world).proportional, null)
})

t.test('a baseline of several processes is read, since growth counts from it', async t => {
  const world = await one({ memory: 100 * MB })
  const process = world.process('x')
  process.descendants.set(901, 'in the group')
  Object.assign(process.sample, { rss: 400 * MB, processes: 2 })
  await world.pass(3_100)
  t.strictSame(
    world.readings.map(({ pids }) => pids),
    [[100, 901]],
  )
  world.readings[0]?.answer(250 * MB)
  process.sample.rss = 600 * MB
  await world.pass(300)
  world.readings[1]?.answer(340 * MB)
  t.strictSame(world.told('limit'), [], 'grown by 90 MB, not by 200')
  await world.pass(3_000)
  world.readings[2]?.answer(351 * MB)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { value: 101 * MB },
  )
})

t.test('the forecast: growth and time left, in status and in samples', async t => {
  const world = await one({ memoryTotal: 1_050 * MB })
  world.supervisor.sampling(true)
  const { sample } = world.process('x')
  for (let ms = 0; ms < 6_100; ms += 10) {
    await world.pass(10)
    sample.rss += 1 * MB
  }
  const row = status(world)
  t.ok(Math.abs(Number(row.growth) - 100 * MB) < MB, `${row.growth} bytes a second`)
  t.ok(Math.abs(Number(row.timeLeft) - 3_900) < 300, `${row.timeLeft} ms left`)
  const last = world.events.filter(event => event.type === 'sample').at(-1)
  t.match(last, { growth: Number, timeLeft: Number, processes: 1 })
})

t.test('status shows the tree', async t => {
  const world = await one({})
  world.process('x').descendants.set(901, 'in the group')
  t.match(status(world).tree, [{ pid: 100 }, { pid: 901, parent: 100 }])
  t.strictSame(status(world, 'watcher').tree, [])
})

t.test('what has left the process group is told with it, and waited for', async t => {
  const world = await one({ restart: 'always' } as Partial<Policy>)
  const process = world.process('x')
  process.descendants.set(901, 'left it').set(902, 'in the group')
  await world.pass(5_000)
  world.log.length = 0
  process.onSignal = signal => signal === 'SIGTERM' && world.ended('x', null, 'SIGTERM')
  void world.supervisor.restart('x')
  await world.pass(1_000)
  t.ok(world.log.includes('SIGTERM to pid 901 alone'))
  t.equal(world.told('spawn').length, 1, 'no new life beside what is left of the old one')
  await world.pass(8_000)
  t.notOk(world.log.includes('SIGKILL to pid 901 alone'), 'it has the time that the stop had promised')
  await world.pass(1_000)
  t.ok(world.log.includes('SIGKILL to pid 901 alone'))
  process.descendants.delete(901)
  await world.pass(100)
  t.equal(world.told('spawn').length, 2)
})
