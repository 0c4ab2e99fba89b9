import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, settled, World } from './fakes.js'

const MB = 1024 * 1024
const obedient = (world: World, ...names: string[]) => {
  for (const name of names) {
    world.process(name).onSignal = signal =>
      signal === 'SIGTERM' && queueMicrotask(() => world.ended(name, null, signal))
  }
}

t.test('stop: in reverse order of start, each gone before the next is told, the guard last', async t => {
  const world = new World([childConfig('worker'), childConfig('a'), childConfig('b')])
  void world.supervisor.start()
  await world.pass(100)
  obedient(world, 'worker', 'a', 'b')
  world.log.length = 0
  const stopped = world.supervisor.stop()
  await world.pass(100)
  t.strictSame(
    world.log.filter(line => /^SIGTERM|exit|guard closes|shutdown/.test(line)),
    [
      'SIGTERM to b',
      'exit b',
      'SIGTERM to a',
      'exit a',
      'SIGTERM to worker',
      'exit worker',
      'guard closes',
      'shutdown',
    ],
  )
  t.strictSame(await stopped, { ok: true, value: { code: 0, reason: 'stop requested' } })
  t.strictSame(world.lives.list(), [])
})

t.test('the host’s end overtakes a stop in order: all at once, with the shorter delay', async t => {
  const world = new World([childConfig('a'), childConfig('b')])
  void world.supervisor.start()
  await world.pass(100)
  const stopped = world.supervisor.stop()
  await world.pass(100)
  void world.supervisor.hurry()
  t.strictSame(world.told('terminate'), ['terminate b', 'terminate a'])
  for (const name of ['a', 'b']) world.process(name).onSignal = signal => world.ended(name, null, signal)
  await world.pass(4_000)
  t.strictSame(world.told('kill'), ['kill a', 'kill b'])
  t.ok((await stopped).ok)
})

t.test('under osquery’s levels the end of one is the end of all', async t => {
  const rules = policy({ level: 'normal', restart: 'always', respawnLimit: 0, respawnMinUptime: 4_000 })
  const world = new World([childConfig('worker', { policy: rules }), childConfig('a', { policy: rules })], {
    level: 'normal',
    onShutdown: 'exit',
  })
  void world.supervisor.start()
  await world.pass(100)
  obedient(world, 'worker')
  world.ended('a', 1)
  await world.pass(100)
  t.strictSame(world.told('giveup', 'shutdown'), ['giveup a', 'shutdown'])
  t.match(world.events.at(-1), { type: 'shutdown', code: 1, reason: 'Too many worker restarts (extension a)' })
  t.equal(world.log.at(-1), 'host ends: Too many worker restarts (extension a)')
})

t.test('at level app the others go on', async t => {
  const world = new World([childConfig('a', { policy: policy({ respawnLimit: 0 }) }), childConfig('b')])
  void world.supervisor.start()
  await world.pass(100)
  world.ended('a', 1)
  await world.pass(10_000)
  t.strictSame(world.told('giveup', 'shutdown', 'terminate'), ['giveup a'])
})

t.test('a child that SIGKILL does not end is not waited for: shutdown 78', async t => {
  const world = new World([childConfig('a'), childConfig('b')])
  void world.supervisor.start()
  await world.pass(100)
  obedient(world, 'a')
  const stopped = world.supervisor.stop()
  await world.pass(13_000)
  t.match(await stopped, { value: { code: 78, reason: /^Watcher cannot stop worker process \(101\)\.$/ } })
  t.strictSame(world.told('exit'), ['exit a'])
})

t.test('an unhealthy watcher: told where it is a guest, the end where the host is its own', async t => {
  for (const judgeHost of [false, true]) {
    const world = new World([], { judgeHost, policy: policy({ memory: 100 * MB, interval: 3_000 }) })
    void world.supervisor.start()
    await world.pass(3_500)
    world.self = { ...world.self, rss: 200 * MB }
    await world.pass(10_000)
    t.strictSame(world.told('unhealthy', 'shutdown'), judgeHost ? ['unhealthy', 'shutdown'] : ['unhealthy'])
    if (judgeHost)
      t.match(world.events.at(-1), { code: 78, reason: /^Watcher has become unhealthy: Memory limits exceeded/ })
  }
})

t.test('its thread late three ticks running, or its heap nearly full, is unhealthy too', async t => {
  const late = new World([], { policy: policy({ interval: 3_000, heartbeatLimit: 30_000 }) })
  void late.supervisor.start()
  await late.pass(80_000, 31_000)
  t.strictSame(late.told('unhealthy'), [])
  await late.pass(80_000, 31_000)
  t.match(
    late.events.find(event => event.type === 'unhealthy'),
    { reason: /late 3 times running/ },
  )
  const full = new World([])
  full.self = { ...full.self, heapUsed: 95 }
  void full.supervisor.start()
  await full.pass(10_000)
  t.match(full.events[0], { type: 'unhealthy', reason: /heap is nearly full/ })
})

t.test('commands answer with codes', async t => {
  const world = new World([childConfig('a')])
  void world.supervisor.start()
  await world.pass(100)
  t.match(await world.supervisor.add(childConfig('a')), { ok: false, error: { code: 'ERR_OSQWATCH_DUPLICATE_CHILD' } })
  t.match(await world.supervisor.remove('z'), { ok: false, error: { code: 'ERR_OSQWATCH_UNKNOWN_CHILD' } })
  t.match(await world.supervisor.restart('z'), { ok: false, error: { code: 'ERR_OSQWATCH_UNKNOWN_CHILD' } })
  const added = world.supervisor.add(childConfig('b'))
  await settled()
  t.match(await added, { ok: true })
  obedient(world, 'a', 'b')
  const removed = world.supervisor.remove('b')
  await world.pass(10)
  t.match(await removed, { ok: true })
  t.match(world.supervisor.status(), {
    value: [
      { name: 'a', phase: 'up', pid: 100 },
      { name: 'watcher', kind: 'watcher' },
    ],
  })
  const stopped = world.supervisor.stop()
  await world.pass(10)
  await stopped
  t.match(await world.supervisor.add(childConfig('c')), { ok: false, error: { code: 'ERR_OSQWATCH_CLOSED' } })
})
