/** Between its setting up and its start the watcher is asked already: where a thread was replaced, orders have waited for the new one. */
import t from 'tap'
import { childConfig, World } from './fakes.js'

const spawned = (world: World) => world.told('spawn')

t.test('stopped before the start: nobody is begun, for nobody would be stopped again', async t => {
  const world = new World([childConfig('a'), childConfig('b')])
  const stopped = world.supervisor.stop()
  const started = world.supervisor.start()
  await world.pass(100)
  t.match(await stopped, { ok: true, value: { code: 0 } })
  t.match(await started, { ok: false, error: { code: 'ERR_OSQWATCH_CLOSED' } })
  t.strictSame(spawned(world), [])
})

t.test('a child of its list is there: it is not added once more, and begun once', async t => {
  const world = new World([childConfig('a')])
  const added = world.supervisor.add(childConfig('a'))
  void world.supervisor.start()
  await world.pass(100)
  t.match(await added, { ok: false, error: { code: 'ERR_OSQWATCH_DUPLICATE_CHILD' } })
  t.strictSame(spawned(world), ['spawn a'])
})

t.test('restarted before the start: it has one life', async t => {
  const world = new World([childConfig('a')])
  const restarted = world.supervisor.restart('a')
  void world.supervisor.start()
  await world.pass(100)
  t.strictSame(await restarted, { ok: true, value: null })
  t.strictSame(spawned(world), ['spawn a'])
})

t.test('removed before the start: it is not begun', async t => {
  const world = new World([childConfig('a'), childConfig('b')])
  const removed = world.supervisor.remove('a')
  await removed
  void world.supervisor.start()
  await world.pass(100)
  t.strictSame(await removed, { ok: true, value: null })
  t.strictSame(spawned(world), ['spawn b'])
})

t.test('adopted while the thread was replaced: in its list, and told as well, it is met once', async t => {
  const run = { type: 'adopted', pid: 500, start: '500', reported: true } as const
  const config = childConfig('x', { kind: 'adopted', run })
  const world = new World([config])
  const added = world.supervisor.add(config)
  void world.supervisor.start()
  await world.pass(0)
  t.strictSame(await added, { ok: true, value: null })
  t.strictSame(world.told('adopt'), ['adopt x'])
})

t.test('the guard knows each child before the next one is spawned', async t => {
  const world = new World([childConfig('a'), childConfig('b')])
  void world.supervisor.start()
  t.strictSame([...world.processes.keys()], ['a'])
  await world.pass(0)
  t.strictSame(
    world.log.filter(line => line.startsWith('guard')),
    ['guard watches a', 'guard watches b'],
  )
})
