/** Who answers on a child's channel: when pings go out, whose answer counts, and who is not asked any more. */
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const RULES = policy({ delay: 0, interval: 3_000, heartbeatInterval: 1_000, heartbeatLimit: 5_000 })
const STATE = { usr1: false, inspector: false }

async function begun(changes: Partial<Policy> = {}, ...more: string[]): Promise<World> {
  const rules = { ...RULES, ...changes }
  const world = new World(['x', ...more].map(name => childConfig(name, { policy: rules })))
  void world.supervisor.start()
  await world.pass(100)
  return world
}

/** When pings went out to x in the next `ms`. */
async function pings(world: World, ms: number): Promise<number[]> {
  const times: number[] = []
  for (const until = world.now + ms; world.now < until; ) {
    const before = world.log.filter(line => line === 'ping to x').length
    await world.pass(50)
    if (world.log.filter(line => line === 'ping to x').length > before) times.push(world.now)
  }
  return times
}

const beat = (world: World, seq: number, more = {}) => {
  const { pid, events } = world.process('x')
  events.heard({ type: 'beat', seq, pid, ...STATE, ...more })
}

t.test('pings go out at whole intervals, whenever it said hello, and only one at a time', async t => {
  const world = await begun()
  await world.pass(250)
  world.greet('x')
  t.strictSame(await pings(world, 3_000), [1_000])
  beat(world, 1)
  t.strictSame(await pings(world, 1_000), [4_000])
})

t.test('without a heartbeat interval nobody is pinged', async t => {
  const world = await begun({ heartbeatInterval: Number.POSITIVE_INFINITY })
  world.greet('x')
  t.strictSame(await pings(world, 10_000), [])
})

t.test('a hello during a wait does not begin the pings anew, and the beat of before is void', async t => {
  const world = await begun()
  world.greet('x')
  await world.pass(3_000)
  world.greet('x')
  await world.pass(4_900)
  t.strictSame(world.told('limit'), [], 'its first ping, at 1 s, is not counted on')
  await world.pass(1_200)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { verdict: 'heartbeat', at: 9_000 },
  )
})

t.test('a beat tells anew whether it listens for SIGUSR1, and whether a debugger may hold it', async t => {
  const world = await begun()
  world.greet('x')
  await world.pass(1_000)
  beat(world, 1, { inspector: true })
  await world.pass(20_000)
  t.strictSame(world.told('limit'), [])
  t.match(
    world.events.find(event => event.type === 'defer'),
    { reason: 'debugger' },
  )
})

t.test('only the answer to the last ping counts', async t => {
  const world = await begun({ heartbeatLimit: 30_000 })
  world.greet('x')
  await world.pass(1_000)
  beat(world, 1)
  await world.pass(1_000)
  beat(world, 1)
  t.strictSame(await pings(world, 3_000), [], 'the second ping is still out')
  beat(world, 2)
  t.equal((await pings(world, 1_000)).length, 1)
})

t.test('its verdict comes at the moment in which it is due, between two pings as well', async t => {
  const world = await begun({ heartbeatLimit: 2_500 })
  world.greet('x')
  await world.pass(10_000)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { at: 3_500, value: 2_500 },
  )
})

t.test('each of several speakers is asked with one ping, and the latest is told', async t => {
  const world = await begun({}, 'y')
  world.greet('x')
  world.process('x').events.heard({ type: 'hello', pid: world.process('y').pid, ...STATE })
  await world.pass(1_000)
  t.equal(world.log.filter(line => line === 'ping to x').length, 1)
  beat(world, 1)
  await world.pass(5_500)
  t.match(
    world.events.filter(event => event.type === 'limit'),
    [{ child: 'x', verdict: 'heartbeat' }],
    'the other one is still late',
  )
})

t.test('a speaker that has ended is forgotten, and is no reason to stop the child', async t => {
  const world = await begun({}, 'y')
  world.greet('x')
  world.process('x').events.heard({ type: 'hello', pid: world.process('y').pid, ...STATE })
  world.process('y').sight = 'gone'
  for (let seq = 1; seq < 12; seq++) {
    await world.pass(1_000)
    beat(world, seq)
  }
  t.strictSame(world.told('limit'), [])
  const reply = world.supervisor.status()
  t.equal(reply.ok && reply.value[0]?.lateness, 0)
})

t.test('a beat of one that was forgotten is no stranger’s', async t => {
  const world = await begun({}, 'y')
  const { pid } = world.process('y')
  world.process('x').events.heard({ type: 'hello', pid, ...STATE })
  await world.pass(1_000)
  world.process('y').sight = 'gone'
  await world.pass(1_000)
  world.process('x').events.heard({ type: 'beat', seq: 1, pid, ...STATE })
  t.strictSame(world.told('fault'), [])
})

t.test('WATCHDOG=1 in quick succession is taken once in 50 ms, and asks for no answer', async t => {
  const world = await begun()
  const { events, sample } = world.process('x')
  let pulses = 0
  const counted = () => {
    pulses++
    return sample
  }
  Object.defineProperty(world.process('x'), 'sample', { get: counted })
  for (let n = 0; n < 100; n++) events.heard({ type: 'notify' })
  const first = pulses
  await world.pass(49)
  events.heard({ type: 'notify' })
  t.equal(pulses, first)
  await world.pass(1)
  events.heard({ type: 'notify' })
  t.ok(pulses > first)
  t.strictSame(await pings(world, 3_000), [])
  t.strictSame(world.told('ready'), ['ready x'])
})

t.test('one that has said hello is pinged, whatever it notifies', async t => {
  const world = await begun()
  world.greet('x')
  for (let second = 0; second < 8; second++) {
    await world.pass(1_000)
    world.process('x').events.heard({ type: 'notify' })
  }
  t.strictSame(world.told('limit'), ['limit x'], 'WATCHDOG=1 is no answer to a ping')
})
