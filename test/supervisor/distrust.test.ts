import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const STATE = { usr1: false, inspector: false }

async function up(...names: string[]): Promise<World> {
  const rules = policy({ delay: 0, heartbeatLimit: 5_000 })
  const world = new World(names.map(name => childConfig(name, { policy: rules })))
  void world.supervisor.start()
  await world.pass(100)
  return world
}

const faults = (world: World): string[] =>
  world.events.flatMap(event => (event.type === 'fault' ? [event.message.replace(/.*\): /, '')] : []))

t.test('a beat that was never asked for is told once a life, and an old one is nothing', async t => {
  const world = await up('x')
  world.greet('x')
  await world.pass(3_000)
  const { pid, events } = world.process('x')
  for (const seq of [1, 1, 77, 78, 1]) events.heard({ type: 'beat', seq, pid, ...STATE })
  t.strictSame(faults(world), [`pid ${pid} answered ping 77, which was never sent`])
  world.ended('x', 1)
  await world.pass(3_000)
  const next = world.process('x')
  next.events.heard({ type: 'beat', seq: 99, pid: next.pid, ...STATE })
  t.equal(faults(world).length, 2, 'the next life is told of anew')
})

t.test('a beat of nobody who said hello is told once', async t => {
  const world = await up('x', 'y')
  const { pid } = world.process('y')
  world.greet('y')
  await world.pass(3_000)
  world.greet('x')
  await world.pass(3_000)
  for (let n = 0; n < 3; n++) world.process('x').events.heard({ type: 'beat', seq: 1, pid, ...STATE })
  t.strictSame(faults(world), [`a beat of pid ${pid}, which has not said hello on its channel`])
})

t.test('a flood of hellos is no flood of events', async t => {
  const world = await up('x')
  for (let n = 0; n < 10_000; n++) world.greet('x')
  t.equal(world.told('ready').length, 9, 'the first, and a few programs in its place')
  t.match(faults(world), [/says hello again and again/])
  await world.pass(5_000)
  world.greet('x')
  t.equal(world.told('ready').length, 10, 'one that comes later is believed')
})

t.test('hellos of strangers are looked into a few times, and then now and then', async t => {
  const world = await up('x')
  const { events } = world.process('x')
  for (let pid = 5_000; pid < 15_000; pid++) events.heard({ type: 'hello', pid, ...STATE })
  t.match(faults(world), [/none of its processes/, /too many of its processes say hello at once/])
})

t.test('so many speakers, and no more', async t => {
  const names = Array.from({ length: 80 }, (_, nth) => `p${nth}`)
  const world = await up('x', ...names)
  const { events } = world.process('x')
  for (const name of names) {
    events.heard({ type: 'hello', pid: world.process(name).pid, ...STATE })
    await world.pass(100)
  }
  t.equal(world.told('ready').length, 64)
  t.match(faults(world), [/more than 64 of its processes have a heartbeat/])
  world.process('p0').sight = 'gone'
  events.heard({ type: 'hello', pid: world.process('p79').pid, ...STATE })
  t.equal(world.told('ready').length, 65, 'in the place of one that has ended')
})
