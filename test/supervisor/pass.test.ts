/** A host that stands for its worker: signals are passed on, and the worker's end is the host's. */
import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

function host(): World {
  const worker = childConfig('worker', { policy: policy({ stopTimeout: 10_000 }) })
  const world = new World([worker, childConfig('beside')], { endWithWorker: true })
  void world.supervisor.start().then(() => obey(world))
  return world
}

/** The other child goes when it is told to. */
function obey(world: World): void {
  world.process('beside').onSignal = signal => signal === 'SIGTERM' && world.ended('beside', null, 'SIGTERM')
}

const shutdowns = (world: World) => world.events.flatMap(event => (event.type === 'shutdown' ? [event] : []))

t.test('the worker has ended well: everything is stopped, with code 0', async t => {
  const world = host()
  await world.pass(5_000)
  world.ended('worker', 0)
  await world.pass(100)
  t.match(shutdowns(world), [{ code: 0, reason: 'the worker has ended' }])
  t.strictSame(world.told('exit'), ['exit worker', 'exit beside'])
})

t.test('it is given up: the code of that is the one', async t => {
  const world = host()
  await world.pass(5_000)
  world.ended('worker', 78)
  await world.pass(100)
  t.match(shutdowns(world), [{ code: 78 }])
})

t.test('SIGTERM goes to its one process, and it has all the time it wants', async t => {
  const world = host()
  await world.pass(5_000)
  world.log.length = 0
  world.supervisor.pass('worker', 'SIGTERM', Number.POSITIVE_INFINITY, true)
  await world.pass(3_600_000)
  t.strictSame(
    world.log.filter(line => line.includes('SIG')),
    ['SIGTERM to worker alone'],
  )
  world.ended('worker', 3)
  await world.pass(100)
  t.strictSame(world.told('backoff'), [], 'a failure that was asked for is none')
  t.match(shutdowns(world), [{ code: 0 }])
})

t.test('with a time of its own it is killed when that is over', async t => {
  const world = host()
  await world.pass(5_000)
  world.supervisor.pass('worker', 'SIGTERM', 2_000, true)
  world.process('worker').onSignal = signal => signal === 'SIGKILL' && world.ended('worker', null, 'SIGKILL')
  await world.pass(2_100)
  t.strictSame(world.told('kill', 'shutdown'), ['kill worker', 'shutdown'])
})

t.test(
  'a worker that ends soon after SIGINT was asked to; one that went on is started again when it fails',
  async t => {
    for (const [wait, isFinal] of [
      [9_000, true],
      [11_000, false],
    ] as const) {
      const world = host()
      await world.pass(5_000)
      world.supervisor.pass('worker', 'SIGINT', null, true)
      await world.pass(wait)
      world.ended('worker', 130)
      await world.pass(100)
      t.equal(shutdowns(world).length === 1, isFinal)
      t.equal(world.told('backoff').length === 0, isFinal)
    }
  },
)

t.test('SIGUSR2 asks for nothing, unless it is what ended it', async t => {
  for (const [signal, isFinal] of [
    ['SIGUSR2', true],
    ['SIGSEGV', false],
  ] as const) {
    const world = host()
    await world.pass(5_000)
    world.supervisor.pass('worker', 'SIGUSR2', null, true)
    world.ended('worker', null, signal)
    await world.pass(100)
    t.equal(shutdowns(world).length === 1, isFinal)
  }
})

t.test('SIGTERM between two lives: there is no next one', async t => {
  const world = host()
  await world.pass(5_000)
  world.ended('worker', 1)
  await world.pass(100)
  t.strictSame(world.told('backoff'), ['backoff worker'])
  world.log.length = 0
  world.supervisor.pass('worker', 'SIGTERM', Number.POSITIVE_INFINITY, true)
  await world.pass(100)
  t.notOk(world.log.includes('SIGTERM to worker alone'), 'its pid may be anybody’s by now')
  t.match(shutdowns(world), [{ code: 0 }])
})
