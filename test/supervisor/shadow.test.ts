/** Shadow mode: everything is judged and told, nobody is touched, and being over a limit for ever costs little. */
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const shadowed = (changes: Partial<Policy>) => {
  const off = { memory: OFF, utilization: OFF, heartbeatLimit: OFF, heartbeatInterval: OFF }
  return policy({ ...off, delay: 0, interval: 3_000, memoryGrowth: 1_000 * MB, enforce: false, ...changes })
}

async function one(changes: Partial<Policy>): Promise<World> {
  const world = new World([childConfig('x', { policy: shadowed(changes) })])
  void world.supervisor.start()
  await world.pass(3_500)
  return world
}

const limits = (world: World) => world.events.flatMap(event => (event.type === 'limit' ? [event] : []))
const broken = (world: World) => limits(world).map(({ limitName }) => limitName)
const untouched = (world: World) => world.log.filter(line => /^(SIG|warn|terminate|kill)/.test(line))

t.test('a limit that is broken is told once, with what would follow, until it is kept again', async t => {
  const world = await one({ memoryTotal: 100 * MB })
  const { sample } = world.process('x')
  sample.rss = 110 * MB
  await world.pass(60_000)
  t.match(limits(world), [{ limitName: 'memoryTotal', enforced: false, value: 110 * MB }])
  const [told] = limits(world)
  t.match(
    told?.message,
    /over memoryTotal 100 MB, set by .*; enforce is off, or it would be: warned now, SIGTERM in 1 s/,
  )
  sample.rss = 90 * MB
  await world.pass(4_000)
  sample.rss = 120 * MB
  await world.pass(60_000)
  t.strictSame(broken(world), ['memoryTotal', 'memoryTotal'])
  t.strictSame(untouched(world), [])
  const reply = world.supervisor.status()
  t.match(reply.ok && reply.value[0], { phase: 'up', pid: 100, life: 1 })
})

t.test('also memoryHard, and in plain words under osquery’s levels', async t => {
  const world = await one({ memoryTotal: 100 * MB, hardTotal: 200 * MB, level: 'normal' })
  world.process('x').sample.rss = 300 * MB
  await world.pass(60_000)
  t.strictSame(broken(world), ['memoryHard', 'memoryTotal'])
  t.match(limits(world)[0]?.message, /holds 300 MB.*enforce is off, or it would be: SIGKILL at once/)
  t.strictSame(untouched(world), [])
})

t.test('of several limits that are broken at the same time, each is told', async t => {
  const world = await one({ memoryTotal: 100 * MB, utilization: 10, latency: 6_000 })
  const { sample } = world.process('x')
  for (let ms = 0; ms < 30_000; ms += 100) {
    sample.cpuMs += 100
    if (ms === 20_000) sample.rss = 110 * MB
    await world.pass(100)
  }
  t.strictSame(broken(world), ['latency', 'memoryTotal'])
  await world.pass(10_000)
  for (let ms = 0; ms < 10_000; ms += 100) {
    sample.cpuMs += 100
    await world.pass(100)
  }
  t.strictSame(broken(world), ['latency', 'memoryTotal', 'latency'], 'CPU was kept again, memory was not')
})

t.test('what cannot be judged for a while is not told anew', async t => {
  const world = await one({ heartbeatInterval: 1_000, heartbeatLimit: 5_000 })
  world.greet('x')
  await world.pass(20_000)
  t.strictSame(broken(world), ['heartbeatLimit'])
  world.process('x').traced = true
  await world.pass(5_000)
  world.process('x').traced = false
  await world.pass(20_000)
  t.strictSame(broken(world), ['heartbeatLimit'])
  t.match(world.told('defer'), ['defer x'])
})

t.test('once it is told, its memory is looked at with the CPU windows alone', async t => {
  for (const limit of [{ memoryTotal: 100 * MB }, { memory: 50 * MB }]) {
    const world = await one(limit)
    world.process('x').sample.rss = 110 * MB
    await world.pass(10_000)
    const looks = world.memoryLooks.length
    await world.pass(600_000)
    t.equal(world.memoryLooks.length, looks)
  }
})

t.test('a limit that is not broken yet is met on its way all the same', async t => {
  const world = await one({ memoryTotal: 100 * MB, hardTotal: 200 * MB })
  world.process('x').sample.rss = 110 * MB
  await world.pass(10_000)
  world.process('x').sample.rss = 210 * MB
  await world.pass(100)
  t.strictSame(broken(world), ['memoryTotal', 'memoryHard'])
})

t.test('what several processes share is read again once a minute, whatever they hold', async t => {
  const world = await one({ memoryTotal: 100 * MB, hardTotal: 200 * MB })
  const process = world.process('x')
  process.descendants.set(900, 'in the group')
  Object.assign(process.sample, { rss: 250 * MB, processes: 2 })
  const answer = async (bytes: number | null) => {
    for (; world.readings.length > 0; await world.pass(0)) world.readings.shift()?.answer(bytes)
  }
  let readings = 0
  for (let second = 0; second < 300; second++) {
    await world.pass(1_000)
    readings += world.readings.length
    await answer(150 * MB)
  }
  t.strictSame(broken(world), ['memoryTotal'])
  t.ok(readings >= 4 && readings <= 7, `${readings} readings in 5 minutes`)
  process.sample.rss = 310 * MB
  await world.pass(1_000)
  t.equal(world.readings.length, 1, 'enough was added for another limit')
  await answer(210 * MB)
  t.strictSame(broken(world), ['memoryTotal', 'memoryHard'])
  for (let second = 0; second < 130; second++) {
    await world.pass(1_000)
    await answer(null)
  }
  t.strictSame(broken(world), ['memoryTotal', 'memoryHard'], 'nor is it told again when it cannot be read')
  for (let second = 0; second < 70; second++) {
    await world.pass(1_000)
    await answer(50 * MB)
  }
  Object.assign(process.sample, { rss: 150 * MB, processes: 1 })
  await world.pass(5_000)
  t.strictSame(broken(world).slice(2), ['memoryTotal'], 'it was kept in between')
})

t.test('an ordinary life goes on: respawned, restarted, given up, stopped', async t => {
  const world = await one({ memoryTotal: 100 * MB, respawnLimit: 1 })
  world.process('x').sample.rss = 110 * MB
  await world.pass(1_000)
  world.ended('x', 1)
  await world.pass(5_000)
  t.match(
    world.events.find(event => event.type === 'exit'),
    { cause: 'crashed', verdict: null },
  )
  world.process('x').sample.rss = 110 * MB
  await world.pass(5_000)
  t.strictSame(broken(world), ['memoryTotal', 'memoryTotal'], 'each life for itself')
  world.process('x').onSignal = signal => signal === 'SIGTERM' && world.ended('x', null, 'SIGTERM')
  const restarted = world.supervisor.restart('x')
  await world.pass(1)
  t.match(await restarted, { ok: true })
  await world.pass(1_000)
  world.ended('x', 1)
  await world.pass(5_000)
  world.ended('x', 1)
  await world.pass(1_000)
  t.strictSame(world.told('giveup'), ['giveup x'])
})

t.test('during a stop it gets the time of a stop, whatever it holds', async t => {
  const world = await one({ memoryTotal: 100 * MB, hardTotal: 200 * MB })
  world.process('x').onSignal = signal => signal === 'SIGKILL' && world.ended('x', null, 'SIGKILL')
  const removed = world.supervisor.remove('x')
  world.process('x').sample.rss = 300 * MB
  await world.pass(9_900)
  t.strictSame(world.told('kill'), [])
  await world.pass(200)
  await removed
  t.strictSame(world.told('kill'), ['kill x'])
})

t.test('a watcher in shadow mode that is unhealthy itself tells it, and stops nobody', async t => {
  const own = { level: 'normal', judgeHost: true, policy: shadowed({ memory: 10 * MB }) } as const
  const world = new World([childConfig('x')], own)
  void world.supervisor.start()
  await world.pass(4_000)
  world.self = { ...world.self, rss: 100 * MB }
  await world.pass(60_000)
  t.strictSame(world.told('unhealthy', 'shutdown', 'terminate'), ['unhealthy'])
})
