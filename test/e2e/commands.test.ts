/** What a caller asks of a running watcher, and what it answers. */

import { createWatcher } from 'osqwatch'
import t from 'tap'
import { app, PATIENT, QUICK, until, watch } from './helpers.js'
import { look } from './proc.js'

const LIMITS = { ...QUICK, stopTimeout: PATIENT }

t.test('add, and remove: the child is reaped when remove settles', async t => {
  const watched = await watch(t, { limits: LIMITS })
  const { watcher } = watched
  await watcher.add('one', app(''))
  const { pid } = await watched.row('one')
  t.match(look(pid as number), { parent: process.pid })
  await watcher.remove('one')
  t.equal(look(pid as number), null)
  t.match(await watched.event('exit'), { pid, signal: 'SIGTERM', cause: 'requested' })
  await t.rejects(watched.row('one'))
  await watcher.add('one', app(''))
  t.match(await watched.row('one'), { phase: 'up', life: 1 }, 'its name is free again')
})

t.test('errors have codes', async t => {
  const { watcher } = await watch(t, { limits: LIMITS, worker: app(''), extensions: { one: app('') } })
  const [duplicate, unknown] = ['ERR_OSQWATCH_DUPLICATE_CHILD', 'ERR_OSQWATCH_UNKNOWN_CHILD']
  await t.rejects(watcher.add('one', app('')), { name: 'OsqwatchError', code: duplicate, message: /'one'/ })
  await t.rejects(watcher.remove('two'), { code: unknown, message: /'two'/ })
  await t.rejects(watcher.restart('two'), { code: unknown, message: /'two'/ })
  await t.rejects(watcher.add('two', { ...app(''), args: [7] } as never), { code: 'ERR_OSQWATCH_OPTIONS' })
})

t.test('status: one row a child, in order of start, the watcher last', async t => {
  const extensions = { first: app(''), second: app('', { limits: { memory: '500MB' } }) }
  const watched = await watch(t, { limits: LIMITS, worker: app(''), extensions })
  for (const child of ['worker', 'first', 'second']) await watched.event('ready', { child })
  await watched.until('all are measured', async () =>
    (await watched.watcher.status()).every(({ footprint, cpu }) => footprint !== null && cpu !== null),
  )
  const rows = await watched.watcher.status()
  t.strictSame(
    rows.map(({ name, kind }) => `${kind} ${name}`),
    ['worker worker', 'extension first', 'extension second', 'watcher watcher'],
  )
  for (const row of rows) {
    t.match(row, { phase: 'up', life: 1, streak: 0, cpu: Number, utilization: Number, lateness: Number })
    for (const size of [row.rss, row.cpuMs, row.uptime]) t.ok((size ?? 0) > 0)
  }
  t.equal(rows[2]?.limits.memory, 500 * 1024 * 1024)
  t.equal(rows[1]?.limits.memory, Number.POSITIVE_INFINITY)
  t.equal(rows[3]?.pid, process.pid)
})

t.test('stop: the last started goes first, each before the next is told; then nothing is answered', async t => {
  const extensions = { first: app(''), second: app('') }
  const watched = await watch(t, { limits: LIMITS, worker: app(''), extensions })
  const { watcher } = watched
  for (const child of ['worker', 'first', 'second']) await watched.event('ready', { child })
  const [one, two] = [watcher.stop(), watcher.stop()]
  const report = { code: 0, reason: 'stop requested' }
  t.strictSame([await one, await two, await watched.closed()], [report, report, report])
  const ends = watched.events.filter(({ type }) => type === 'terminate' || type === 'exit')
  t.strictSame(
    ends.map(event => `${event.type} ${'child' in event && event.child}`),
    ['second', 'first', 'worker'].flatMap(child => [`terminate ${child}`, `exit ${child}`]),
  )
  t.match(watched.events.at(-1), { type: 'shutdown', ...report })
  const closed = { code: 'ERR_OSQWATCH_CLOSED' }
  await t.rejects(watcher.add('two', app('')), closed)
  await t.rejects(watcher.remove('first'), closed)
  await t.rejects(watcher.restart('first'), closed)
  await t.rejects(watcher.status(), closed)
  t.strictSame(await watcher.stop(), report)
})

t.test('an AbortSignal stops it, and one that is aborted already lets nothing start', async t => {
  const abort = new AbortController()
  const watched = await watch(t, { limits: LIMITS, worker: app(''), signal: abort.signal })
  await watched.event('ready')
  abort.abort()
  t.match(await watched.closed(), { code: 0 })
  await t.rejects(createWatcher({ worker: app(''), signal: abort.signal }), { name: 'AbortError' })
})

t.test('Symbol.asyncDispose', async t => {
  const watched = await watch(t, { limits: LIMITS, worker: app('') })
  const { pid } = await watched.event('spawn')
  await watched.watcher[Symbol.asyncDispose]()
  t.equal(look(pid as number), null)
})

t.test('samples are sent only while somebody listens', async t => {
  const watcher = await createWatcher({ limits: LIMITS, worker: app('') })
  t.teardown(() => watcher.stop())
  let sent = 0
  const { emit } = watcher
  // Counted where they come in: without a listener nobody else would see them.
  watcher.emit = (...args: Parameters<typeof emit>) => {
    if (args[0] === 'sample') sent++
    return emit.apply(watcher, args)
  }
  const age = async () => (await watcher.status())[0]?.uptime ?? 0
  const listener = () => {}

  await until('it was looked at a few times', async () => (await age()) > 1000)
  t.equal(sent, 0)
  watcher.on('sample', listener)
  await until('samples come', () => sent >= 2)
  watcher.off('sample', listener)
  // What was sent before the second of these answers has come by then.
  const asked = (await age()) && (await age())
  const before = sent
  await until('it was looked at a few times more', async () => (await age()) > asked + 1000)
  t.equal(sent, before)
  watcher.on('sample', listener)
  await until('they come again', () => sent > before)

  const [row] = await watcher.status()
  await watcher.stop()
  t.equal(look(row?.pid as number), null)
})
