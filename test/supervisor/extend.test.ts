import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const rules = policy({ delay: 0, interval: 3_000, heartbeatLimit: 5_000, extendLimit: 20_000, latency: 6_000 })

async function greeted(changes = {}): Promise<World> {
  const world = new World([childConfig('x', { policy: { ...rules, ...changes } })])
  void world.supervisor.start()
  await world.pass(100)
  world.greet('x')
  return world
}

function ask(world: World, ms: number, whose?: number): void {
  const { pid, events } = world.process('x')
  events.heard({ type: 'extend', ms, pid: whose ?? pid })
}

const extensions = (world: World) =>
  world.events.flatMap(event => (event.type === 'extend' ? [[event.ms, event.granted]] : []))
const pings = (world: World) => world.log.filter(line => line === 'ping to x').length

t.test('while it has more time it is not asked, and the next ping counts from scratch', async t => {
  const world = await greeted()
  await world.pass(3_000)
  t.equal(pings(world), 1, 'it is out, and not answered')
  ask(world, 10_000)
  await world.pass(9_900)
  t.equal(pings(world), 1)
  t.strictSame(world.told('limit', 'extend', 'defer'), ['extend x', 'defer x'])
  await world.pass(5_000)
  t.equal(pings(world), 2)
  t.strictSame(world.told('limit'), [])
  await world.pass(2_000)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { verdict: 'heartbeat', value: 5_000 },
  )
})

t.test('without an answer in between, all of it ends extendLimit after its first began', async t => {
  const world = await greeted()
  ask(world, 15_000)
  await world.pass(10_000)
  ask(world, 15_000)
  ask(world, 16_000)
  await world.pass(10_500)
  ask(world, 1_000)
  ask(world, 1_000)
  t.strictSame(extensions(world), [
    [15_000, 15_000],
    [15_000, 10_000],
    [1_000, 0],
  ])
  await world.pass(6_000)
  t.strictSame(world.told('limit'), ['limit x'])
})

t.test('an answer opens a new account', async t => {
  const world = await greeted()
  for (let round = 0; round < 5; round++) {
    ask(world, 15_000)
    await world.pass(16_500)
    const { pid, events } = world.process('x')
    events.heard({ type: 'beat', seq: pings(world), pid, usr1: false, inspector: false })
  }
  t.strictSame(extensions(world), Array(5).fill([15_000, 15_000]))
  t.strictSame(world.told('limit'), [])
})

t.test('extendLimit 0: none is granted; off: whatever is asked for', async t => {
  const none = await greeted({ extendLimit: 0 })
  ask(none, 1_000)
  t.strictSame(extensions(none), [[1_000, 0]])
  const all = await greeted({ extendLimit: Number.POSITIVE_INFINITY })
  ask(all, 1e9)
  t.strictSame(extensions(all), [[1e9, 1e9]])
})

t.test('hot windows under it do not count, nor does it wipe out those before; memory is enforced', async t => {
  const world = await greeted({ heartbeatLimit: Number.POSITIVE_INFINITY })
  const { sample } = world.process('x')
  const burn = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      sample.cpuMs += 1_000
      await world.pass(1_000)
    }
  }
  await burn(4)
  ask(world, 12_000)
  await burn(13)
  t.strictSame(world.told('limit'), [], 'one window was hot before, and none under it counts')
  await burn(6)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { verdict: 'cpu' },
  )

  const leaking = await greeted()
  await leaking.pass(4_000)
  ask(leaking, 20_000)
  leaking.process('x').sample.rss *= 100
  await leaking.pass(4_000)
  t.match(
    leaking.events.find(event => event.type === 'limit'),
    { verdict: 'memory' },
  )
})

t.test('a word without a pid is the child’s own; that of a stranger is told and counts for nothing', async t => {
  const world = await greeted()
  world.process('x').events.heard({ type: 'extend', ms: 3_000, pid: null })
  t.strictSame(extensions(world), [[3_000, 3_000]])
  for (let n = 0; n < 10; n++) ask(world, 10_000, 4_242)
  t.strictSame(world.told('fault'), ['fault x'])
  t.equal(extensions(world).length, 1)
})

t.test('a flood of them is told once a second', async t => {
  const world = await greeted({ extendLimit: Number.POSITIVE_INFINITY })
  for (let ms = 0; ms < 3_000; ms += 10) {
    ask(world, 5_000 + ms)
    await world.pass(10)
  }
  t.equal(extensions(world).length, 3)
})

t.test('in a ladder it is too late', async t => {
  const world = await greeted({ warnDelay: 60_000 })
  await world.pass(7_000)
  t.strictSame(world.told('limit'), ['limit x'])
  ask(world, 10_000)
  ask(world, 10_000)
  t.match(
    world.events.filter(event => event.type === 'extend'),
    [{ granted: 0, message: /being stopped/ }],
  )
  t.equal(extensions(world).length, 1)
})

t.test('WATCHDOG=1 within it is heard, and has to come again only after it', async t => {
  const world = new World([childConfig('x', { policy: rules })])
  void world.supervisor.start()
  await world.pass(100)
  const { events } = world.process('x')
  events.heard({ type: 'notify' })
  events.heard({ type: 'extend', ms: 10_000, pid: null })
  await world.pass(1_000)
  events.heard({ type: 'notify' })
  await world.pass(13_000)
  t.strictSame(world.told('limit'), [])
  await world.pass(4_000)
  t.strictSame(world.told('limit'), ['limit x'])
})
