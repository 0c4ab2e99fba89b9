import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024

t.test('the loop looks at the worker, then at every extension, then at itself', async t => {
  const world = new World([childConfig('worker'), childConfig('a'), childConfig('b')])
  void world.supervisor.start()
  await world.pass(0)
  t.strictSame(
    world.log.filter(line => /spawn|guard/.test(line)),
    ['guard watches worker', 'spawn worker', 'guard watches a', 'spawn a', 'guard watches b', 'spawn b'],
  )
  world.log.length = 0
  await world.pass(3_000)
  t.strictSame([...new Set(world.log)], ['look at worker', 'look at a', 'look at b', 'look at self'])
  t.strictSame(world.lives.list(), [
    { pid: 100, start: '100' },
    { pid: 101, start: '101' },
    { pid: 102, start: '102' },
  ])
})

t.test('a child that leaks is warned, terminated, killed and started again', async t => {
  const world = new World([childConfig('x', { policy: policy({ memory: 100 * MB, delay: 0, interval: 3_000 }) })])
  void world.supervisor.start()
  await world.pass(3_500)
  world.process('x').sample.rss = 200 * MB
  world.log.length = 0
  world.process('x').onSignal = signal => signal === 'SIGKILL' && world.ended('x', null, 'SIGKILL')
  await world.pass(20_000)
  t.strictSame(
    world.log.filter(line => !line.startsWith('look')),
    [
      'limit x',
      'warn to x',
      'warn x',
      'SIGTERM to x',
      'SIGCONT to x',
      'terminate x',
      'SIGKILL to x',
      'guard forgets x',
      'exit x',
      'backoff x',
      'kill x',
      'guard watches x',
      'spawn x',
    ],
  )
  t.strictSame(
    world.events
      .filter(event => event.type !== 'sample')
      .map(event => [event.at, event.type])
      .slice(1, 5),
    [
      [3_600, 'limit'],
      [3_600, 'warn'],
      [4_600, 'terminate'],
      [8_600, 'exit'],
    ],
  )
})

t.test('a rung’s time counts from when its signal was sent, however long that took', async t => {
  const world = new World([childConfig('x', { policy: policy({ memory: 100 * MB, delay: 0, interval: 3_000 }) })])
  void world.supervisor.start()
  await world.pass(3_500)
  const { sample } = world.process('x')
  sample.rss = 200 * MB
  world.process('x').onSignal = signal => {
    if (signal === 'SIGTERM') world.now += 700
  }
  await world.pass(20_000)
  const [terminated, killed] = world.events.filter(event => event.type === 'terminate' || event.type === 'kill')
  t.equal(Number(killed?.at) - Number(terminated?.at), 4_000)
})

t.test('one child’s ladder delays no other’s', async t => {
  const leaky = policy({ memory: 100 * MB, delay: 0, interval: 3_000 })
  const world = new World([childConfig('a', { policy: leaky }), childConfig('b', { policy: leaky })])
  void world.supervisor.start()
  await world.pass(3_500)
  world.process('a').sample.rss = 200 * MB
  world.process('b').sample.rss = 200 * MB
  await world.pass(4_000)
  t.strictSame(world.told('limit', 'terminate'), ['limit a', 'limit b', 'terminate a', 'terminate b'])
})

t.test('SIGUSR1 goes to a worker whose app is heard to listen, and to nobody else', async t => {
  const leaky = policy({ memory: 100 * MB, delay: 0, interval: 3_000 })
  const cases = [
    { name: 'worker', greets: { usr1: true }, signals: ['SIGUSR1 to worker alone'], why: null },
    { name: 'worker', greets: {}, signals: [], why: /not heard to listen/ },
    { name: 'worker', warnSignal: 'SIGUSR1', signals: ['SIGUSR1 to worker alone'], why: null },
    { name: 'worker', warnSignal: 'off', greets: { usr1: true }, signals: [], why: /warnSignal is off/ },
    { name: 'x', warnSignal: 'SIGUSR1', greets: { usr1: true }, signals: [], why: /for a worker/ },
  ] as const
  for (const { name, signals, why, ...given } of cases) {
    const warnSignal = 'warnSignal' in given ? given.warnSignal : 'auto'
    const world = new World([childConfig(name, { policy: leaky, warnSignal })])
    void world.supervisor.start()
    await world.pass(3_500)
    if ('greets' in given) world.greet(name, given.greets)
    world.process(name).sample.rss = 200 * MB
    await world.pass(3_000)
    t.strictSame(
      world.log.filter(line => line.startsWith('SIGUSR1')),
      signals,
    )
    t.match(
      world.events.find(event => event.type === 'warn'),
      { why },
    )
  }
})

t.test('what outlives a child in its group is swept, and only then the next life begins', async t => {
  const world = new World([childConfig('x', { policy: policy({ restart: 'always', delay: 0 }) })])
  void world.supervisor.start()
  await world.pass(5_000)
  const first = world.process('x')
  first.remnants = true
  world.ended('x', 0)
  await world.pass(3_000)
  t.strictSame(world.told('spawn', 'exit', 'terminate', 'kill'), ['spawn x', 'exit x', 'terminate x'])
  t.strictSame(
    world.lives.list().map(({ pid }) => pid),
    [first.pid],
    'not forgotten while anything of it is left',
  )
  await world.pass(1_500)
  t.match(world.told('kill'), ['kill x'])
  first.remnants = false
  await world.pass(100)
  t.equal(world.told('spawn').length, 2)
})

t.test('a throw in one child’s affairs is told, and stops neither it nor the others', async t => {
  const world = new World([childConfig('a'), childConfig('b')])
  void world.supervisor.start()
  await world.pass(100)
  Object.defineProperty(world.process('a'), 'sample', {
    get() {
      throw new Error('out of luck')
    },
  })
  world.log.length = 0
  await world.pass(3_000)
  t.strictSame(world.log.slice(0, 4), ['look at a', 'fault a', 'look at b', 'look at self'])
  t.match(world.events.at(-1), { type: 'fault', child: 'a', message: /out of luck/ })
})

t.test('after a gap nothing that was open across it counts, and the rungs get their time again', async t => {
  const rules = policy({ memory: 100 * MB, delay: 0, interval: 3_000, heartbeatInterval: 1_000, heartbeatLimit: 5_000 })
  const world = new World([childConfig('a', { policy: rules }), childConfig('b', { policy: rules })])
  void world.supervisor.start()
  await world.pass(3_100)
  world.greet('a')
  world.process('b').sample.rss = 200 * MB
  await world.pass(4_000)
  t.strictSame(world.told('terminate'), ['terminate b'])
  await world.pass(60_000, 50_000)
  t.match(world.told('defer'), ['defer a', 'defer b'])
  t.match(
    world.events.find(event => event.type === 'defer'),
    { reason: 'suspended' },
  )
  t.strictSame(world.told('limit').slice(1), [], 'a’s beat was pending across the gap')
})
