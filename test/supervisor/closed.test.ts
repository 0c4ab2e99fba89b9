/** Commands while the watcher stops, and after it has: nothing begins any more. */
import t from 'tap'
import { childConfig, World } from './fakes.js'

const CLOSED = { ok: false, error: { code: 'ERR_OSQWATCH_CLOSED' } }

async function begun(): Promise<World> {
  const world = new World([childConfig('a'), childConfig('b')])
  void world.supervisor.start()
  await world.pass(100)
  for (const name of ['a', 'b'])
    world.process(name).onSignal = signal => signal === 'SIGKILL' && world.ended(name, null, signal)
  return world
}

t.test('restart() while the watcher stops is refused, and the child stays down', async t => {
  const world = await begun()
  const stopped = world.supervisor.stop()
  t.match(await world.supervisor.restart('a'), CLOSED)
  t.match(await world.supervisor.restart('b'), CLOSED)
  await world.pass(60_000)
  t.match(await stopped, { ok: true, value: { code: 0, reason: 'stop requested' } })
  t.strictSame(world.told('spawn'), ['spawn a', 'spawn b'])
  t.strictSame(world.lives.list(), [])
})

t.test('restart(), add() and start() after a stop are refused', async t => {
  const world = await begun()
  const stopped = world.supervisor.stop()
  await world.pass(60_000)
  await stopped
  t.match(await world.supervisor.restart('a'), CLOSED)
  t.match(await world.supervisor.restart('nobody'), CLOSED)
  t.match(await world.supervisor.add(childConfig('c')), CLOSED)
  t.match(await world.supervisor.start(), CLOSED)
  await world.pass(60_000)
  t.strictSame(world.told('spawn'), ['spawn a', 'spawn b'])
  t.equal(world.log.at(-1), 'shutdown', 'no event follows')
})

t.test('a stop during the start: who has not begun does not begin', async t => {
  const world = new World([childConfig('a'), childConfig('b'), childConfig('c')])
  const started = world.supervisor.start()
  const stopped = world.supervisor.stop()
  await world.pass(0)
  for (const name of world.processes.keys()) world.ended(name, 0)
  await world.pass(60_000)
  t.match(await started, { ok: true })
  t.match(await stopped, { ok: true })
  t.strictSame(world.told('spawn', 'exit'), ['spawn a', 'exit a'])
})

t.test('a second stop answers with the first, and remove() during it waits for the child', async t => {
  const world = await begun()
  const stopped = world.supervisor.stop()
  const again = world.supervisor.stop()
  const removed = world.supervisor.remove('b')
  await world.pass(60_000)
  t.match(await removed, { ok: true })
  t.strictSame(await again, await stopped)
  t.equal(world.told('shutdown').length, 1)
})
