import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const rules = policy({ delay: 0, interval: 3_000, heartbeatInterval: 1_000, heartbeatLimit: 5_000 })

/** It was greeted, and `act` happens at each second from then on. */
async function hang(act: (world: World, second: number) => void, seconds = 8): Promise<World> {
  const world = new World([childConfig('x', { policy: rules })])
  void world.supervisor.start()
  await world.pass(100)
  world.greet('x')
  for (let second = 1; second <= seconds; second++) {
    act(world, second)
    await world.pass(1_000)
  }
  return world
}

/** The number of the last ping, answered. */
function answer(world: World, second: number): void {
  const { pid, events } = world.process('x')
  events.heard({ type: 'beat', seq: second - 1, pid, usr1: false, inspector: false })
}

t.test('without a hello no beat is asked for', async t => {
  const world = new World([childConfig('x', { policy: rules })])
  void world.supervisor.start()
  await world.pass(60_000)
  t.notOk(world.log.includes('ping to x'))
  t.strictSame(world.told('limit', 'defer'), [])
})

t.test('a child that answers is left alone', async t => {
  const world = await hang(answer, 60)
  t.equal(world.log.filter(line => line === 'ping to x').length, 60)
  t.strictSame(world.told('limit', 'defer'), [])
})

t.test('one that does not is stopped when its own lateness reaches the limit, and asked only once', async t => {
  const world = await hang(() => {})
  t.equal(world.log.filter(line => line === 'ping to x').length, 1)
  t.match(
    world.events.find(event => event.type === 'limit'),
    { verdict: 'heartbeat', hang: 'blocked', value: 5_000, at: 6_000 },
  )
})

t.test('a beat that was never asked for, or of another ping or speaker, answers nothing', async t => {
  const forged = await hang(world => {
    const { pid, events } = world.process('x')
    events.heard({ type: 'beat', seq: 999, pid, usr1: false, inspector: false })
    events.heard({ type: 'beat', seq: 1, pid: 4_242, usr1: false, inspector: false })
  })
  t.strictSame(forged.told('limit'), ['limit x'])
})

t.test('one that has closed its channel is not blamed for its silence, which is told once', async t => {
  const world = await hang((world, second) => {
    if (second < 4) answer(world, second)
    else world.process('x').hears = false
  }, 20)
  t.strictSame(world.told('limit', 'defer', 'fault'), ['fault x'])
  t.match(
    world.events.find(event => event.type === 'fault'),
    { message: /closed its heartbeat channel/, at: 5_000 },
  )
  world.process('x').hears = true
  world.greet('x')
  await world.pass(8_000)
  t.strictSame(world.told('limit'), ['limit x'], 'another program that says hello is asked again')
})

t.test('a channel that closes just before its end is no news', async t => {
  const world = await hang((world, second) => {
    if (second < 4) answer(world, second)
    else if (second === 4) world.process('x').hears = false
    else if (second === 5) world.process('x').events.exited(0, null)
  }, 6)
  t.strictSame(world.told('fault'), [])
})

t.test('starved, it is told of once and not stopped', async t => {
  const world = await hang(world => {
    world.process('x').sample.state = 'R'
  }, 20)
  t.strictSame(world.told('limit', 'defer'), ['defer x'])
  t.match(
    world.events.find(event => event.type === 'defer'),
    { reason: 'starved' },
  )
})

t.test('held by a debugger, by any of its signs, it is not stopped', async t => {
  const traced = await hang(world => {
    world.process('x').traced = true
  }, 20)
  t.match(
    traced.events.find(event => event.type === 'defer'),
    { reason: 'debugger' },
  )
  const open = new World([childConfig('x', { policy: rules })])
  void open.supervisor.start()
  await open.pass(100)
  open.greet('x', { inspector: true })
  await open.pass(20_000)
  t.match(
    open.events.find(event => event.type === 'defer'),
    { reason: 'debugger' },
  )
  t.strictSame([...traced.told('limit'), ...open.told('limit')], [])
})

t.test('WATCHDOG=1 says hello, and from then on it has to be said again', async t => {
  const world = new World([childConfig('x', { policy: rules })])
  void world.supervisor.start()
  await world.pass(100)
  const { events } = world.process('x')
  for (let second = 0; second < 10; second++) {
    events.heard({ type: 'notify' })
    await world.pass(4_000)
  }
  t.strictSame(world.told('ready', 'limit'), ['ready x'])
  t.notOk(world.log.includes('ping to x'))
  await world.pass(4_000)
  t.strictSame(world.told('limit'), ['limit x'])
})

t.test('a speaker behind a wrapper is judged alone; the ladder is the whole child’s', async t => {
  const world = new World([childConfig('x', { policy: rules }), childConfig('behind', { policy: rules })])
  void world.supervisor.start()
  await world.pass(100)
  const { pid } = world.process('behind')
  world.process('x').events.heard({ type: 'hello', pid, usr1: false, inspector: false })
  await world.pass(8_000)
  t.strictSame(world.told('limit', 'terminate'), ['limit x', 'terminate x'])
  t.ok(world.log.includes('SIGTERM to x'))
})

t.test('a stranger’s pid in a hello is only a claim: told, not believed, and never signalled', async t => {
  const world = new World([childConfig('worker', { policy: rules })])
  void world.supervisor.start()
  await world.pass(100)
  world.process('worker').events.heard({ type: 'hello', pid: 4_242, usr1: true, inspector: false })
  await world.pass(20_000)
  t.strictSame(world.told('ready', 'fault', 'limit'), ['fault worker'])
})

t.test('pings go out in bursts: ten children at once, and bursts apart from each other', async t => {
  const names = Array.from({ length: 25 }, (_, child) => `x${child}`)
  const world = new World(names.map(name => childConfig(name, { policy: rules })))
  void world.supervisor.start()
  await world.pass(100)
  for (const name of names) world.greet(name)
  world.log.length = 0
  const bursts: number[] = []
  for (let ms = 0; ms < 1_000; ms += 50) {
    await world.pass(50)
    const sent = world.log.splice(0).filter(line => line.startsWith('ping')).length
    if (sent > 0) bursts.push(sent)
  }
  t.strictSame(bursts.toSorted(), [10, 10, 5])
})

t.test('a zombie whose end has still to be told is not blamed, and one that the system hides is', async t => {
  const zombie = await hang(world => {
    Object.assign(world.process('x'), { sight: 'gone', ending: { code: null, signal: 'SIGKILL' } })
  }, 30)
  t.strictSame(zombie.told('limit', 'defer'), [])
  const hidden = await hang(world => Object.assign(world.process('x'), { sight: 'gone' }))
  t.strictSame(hidden.told('limit'), ['limit x'])
})
