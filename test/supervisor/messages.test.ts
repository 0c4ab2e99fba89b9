/** What the events say, in whole stories: each line stands for itself, with who, what, why and what follows. */
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const RULES = policy({
  ...{ memory: 100 * MB, memoryTotal: OFF, hardTotal: OFF, hardFootprint: OFF, delay: 0, interval: 3_000 },
  sources: { ...policy().sources, memory: 'limits.memory', extendLimit: 'limits.extendLimit' },
})

async function begun(name: string, changes: Partial<Policy> = {}, more = {}): Promise<World> {
  const world = new World([childConfig(name, { policy: { ...RULES, ...changes }, ...more })])
  void world.supervisor.start()
  await world.pass(3_100)
  return world
}

const lines = (world: World, ...types: string[]) =>
  world.events.flatMap(event =>
    'message' in event && (types.length === 0 || types.includes(event.type)) ? [`${event.type}: ${event.message}`] : [],
  )

t.test('an escalation to the end', async t => {
  const world = await begun('worker')
  world.greet('worker', { usr1: true })
  world.process('worker').sample.rss = 200 * MB
  await world.pass(6_000)
  t.strictSame(lines(world), [
    'spawn: worker (pid 100, life 1) started',
    'ready: worker (pid 100, life 1) said hello: its heartbeat counts from now on',
    'limit: worker (pid 100, life 1) holds 200 MB: 50 MB at start, grown by 150 MB: over memory 100 MB, set by limits.memory; warned now, SIGTERM in 1 s, SIGKILL 4 s after; then respawned after 2 s, failure 1 of 2',
    'warn: worker (pid 100, life 1) warned on its channel, by SIGUSR1',
    'terminate: worker (pid 100, life 1) gets SIGTERM',
    'kill: worker (pid 100, life 1) is still there: SIGKILL',
  ])
  world.ended('worker', null, 'SIGKILL')
  await world.pass(2_000)
  t.strictSame(lines(world).slice(6), [
    'exit: worker (pid 100, life 1) ended with SIGKILL after breaking its memory limit, after 9.1 s',
    'backoff: worker (life 1) backs off: failure 1 of 2, next start in 2 s',
    'spawn: worker (pid 101, life 2) started',
  ])
})

t.test('what the child is told, and by which ways it was warned', async t => {
  for (const [name, setUp, message] of [
    [
      'worker',
      () => {},
      'not on its channel: no client has said hello, no SIGUSR1: the app is not heard to listen for it',
    ],
    [
      'worker',
      (world: World) => world.greet('worker'),
      'on its channel, no SIGUSR1: the app is not heard to listen for it',
    ],
    ['x', (world: World) => world.greet('x'), 'on its channel, no SIGUSR1: that is for a worker'],
  ] as const) {
    const world = await begun(name)
    setUp(world)
    world.process(name).sample.rss = 200 * MB
    await world.pass(500)
    const whom = name === 'worker' ? 'worker' : 'extension x'
    t.strictSame(lines(world, 'warn'), [`warn: ${whom} (pid 100, life 1) warned ${message}`])
    t.match(world.sent.at(-1), {
      ...{ type: 'warn', verdict: 'memory', limitName: 'memory', value: 150 * MB, limit: 100 * MB, terminateIn: 1_000 },
      message: 'memory limit memory was broken: SIGTERM follows in 1000 ms',
    })
  }
})

t.test('a signal that could not be sent is not told as sent', async t => {
  const world = await begun('worker', {}, { warnSignal: 'SIGUSR1' })
  world.isSignalled = false
  world.process('worker').sample.rss = 200 * MB
  await world.pass(500)
  t.match(
    world.events.find(({ type }) => type === 'warn'),
    { channel: false, signal: null, why: 'its process is gone' },
  )
})

t.test('what is left of a group, and what SIGKILL does not end', async t => {
  const world = await begun('x')
  const process = world.process('x')
  process.remnants = true
  world.ended('x', 0)
  await world.pass(10_000)
  t.strictSame(lines(world).slice(1), [
    'exit: extension x (pid 100, life 1) ended with exit code 0 by itself, after 3.1 s',
    'terminate: what extension x (pid 100, life 1) left in its process group gets SIGTERM',
    'kill: what extension x (pid 100, life 1) left in its process group gets SIGKILL',
    'fault: extension x (life 1): SIGKILL did not end all of its process group',
  ])
  const stuck = await begun('worker', { forcedShutdownDelay: 0 })
  stuck.process('worker').sample.rss = 200 * MB
  await stuck.pass(10_000)
  t.strictSame(lines(stuck).slice(3), [
    'kill: worker (pid 100, life 1) is still there: SIGKILL',
    'fault: worker (pid 100, life 1): SIGKILL did not end it',
    'shutdown: everything is stopped: Watcher cannot stop worker process (100).',
  ])
})

t.test('one that cannot be started', async t => {
  const world = new World([childConfig('x')])
  world.failure = { code: 'ENOENT', lasting: true, reason: 'no such program' }
  void world.supervisor.start()
  await world.pass(0)
  t.strictSame(lines(world), [
    'exit: no such program',
    'giveup: extension x (life 1) is given up at once and stays down: no such program',
  ])
  t.match(await world.supervisor.restart('x'), {
    ok: false,
    error: { code: 'ERR_OSQWATCH_SPAWN', message: 'no such program' },
  })
  world.failure = null
  t.match(await world.supervisor.restart('x'), { ok: true }, 'and what was wrong may be right again')
  t.notOk(world.log.includes('sampler relents'))
})

t.test('out of descriptors the sampler gives some back before the next attempt', async t => {
  for (const code of ['EMFILE', 'ENFILE']) {
    const world = new World([childConfig('x')])
    world.failure = { code, lasting: false, reason: 'too many open files' }
    void world.supervisor.start()
    await world.pass(0)
    t.ok(world.log.includes('sampler relents'), code)
    t.strictSame(lines(world).slice(0, 1), ['exit: too many open files'])
    world.failure = null
    await world.pass(60_000)
    t.strictSame(lines(world, 'spawn'), ['spawn: extension x (pid 101, life 2) started'])
    world.ended('x', 1)
    t.match(lines(world, 'exit').at(-1), /ended with exit code 1/, 'an old failure is not the reason of a later end')
  }
})

t.test('a request for more time: granted, cut, refused', async t => {
  const world = await begun('x', { extendLimit: 20_000 })
  const { pid, events } = world.process('x')
  const ask = (ms: number) => events.heard({ type: 'extend', ms, pid })
  ask(15_000)
  ask(25_000)
  await world.pass(20_000)
  ask(1_000)
  world.process('x').sample.rss = 200 * MB
  await world.pass(3_200)
  world.greet('x')
  t.strictSame(lines(world, 'extend'), [
    'extend: extension x (pid 100, life 1) asked for 15 s more: granted; memory is still enforced',
    'extend: extension x (pid 100, life 1) asked for 25 s more: 20 s are granted: extendLimit is 20 s, set by limits.extendLimit',
    'extend: extension x (pid 100, life 1) asked for 1 s more: refused: extendLimit is 20 s, set by limits.extendLimit',
  ])
  const late = await begun('x', { warnDelay: 60_000 })
  late.process('x').sample.rss = 200 * MB
  await late.pass(3_000)
  late.process('x').events.heard({ type: 'extend', ms: 500, pid: null })
  t.strictSame(lines(late, 'extend'), [
    'extend: extension x (pid 100, life 1) asked for 500 ms more: refused, for it is being stopped',
  ])
})

t.test('commands are refused by name', async t => {
  const world = await begun('x')
  t.match(await world.supervisor.add(childConfig('x')), { error: { message: "a child 'x' is supervised already" } })
  t.match(await world.supervisor.remove('y'), { error: { message: "no child 'y' is supervised" } })
  t.match(world.supervisor.pass('y', 'SIGTERM', null, true), { error: { code: 'ERR_OSQWATCH_UNKNOWN_CHILD' } })
  void world.supervisor.stop()
  t.match(await world.supervisor.add(childConfig('z')), { error: { message: 'the watcher has been stopped' } })
})

t.test('one that is added and cannot be started is not supervised', async t => {
  const world = await begun('x')
  world.failure = { code: 'ENOENT', lasting: true, reason: 'no such program' }
  const added = world.supervisor.add(childConfig('y'))
  await world.pass(0)
  t.match(await added, { ok: false, error: { code: 'ERR_OSQWATCH_SPAWN', message: 'no such program' } })
  t.match(await world.supervisor.remove('y'), { ok: false, error: { code: 'ERR_OSQWATCH_UNKNOWN_CHILD' } })
})

t.test('an adopted child may be added twice, another process by its name may not', async t => {
  const adopted = (pid: number, start: string) =>
    childConfig('a', { kind: 'adopted', run: { type: 'adopted', pid, start, reported: true } })
  const world = await begun('x')
  const add = async (config: ReturnType<typeof childConfig>) => {
    const added = world.supervisor.add(config)
    await world.pass(0)
    return added
  }
  t.match(await add(adopted(500, '500')), { ok: true })
  t.match(await add(adopted(500, '500')), { ok: true })
  for (const other of [adopted(501, '500'), adopted(500, '501'), childConfig('a')])
    t.match(await add(other), { ok: false, error: { code: 'ERR_OSQWATCH_DUPLICATE_CHILD' } })
  t.strictSame(world.told('adopt'), ['adopt a'])
  t.match(await world.supervisor.restart('a'), {
    error: { code: 'ERR_OSQWATCH_ADOPTED', message: "'a' was adopted: it cannot be started again from here" },
  })
})
