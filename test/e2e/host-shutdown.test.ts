/** What becomes of the host when the watcher gives up: `onShutdown: 'exit'` ends it, `'emit'` tells it. */
import { join } from 'node:path'
import t from 'tap'
import { runHost, type Said } from './hosts.js'

const types = (said: readonly Said[], ...wanted: string[]) =>
  said.map(({ type }) => String(type)).filter(type => wanted.includes(type))

t.test('exit: a worker that fails again and again ends the host with code 1', async t => {
  const { end, said, stderr } = await runHost(t, 'host-shutdown.mjs', 'exits 3', 'exit')
  t.strictSame(end, [1, null])
  t.match(stderr, /^osqwatch: .*Too many worker restarts.*\n$/)
  const life = ['spawn', 'exit', 'backoff']
  t.strictSame(types(said, ...life, 'giveup', 'shutdown'), [...life, ...life, 'spawn', 'exit', 'giveup', 'shutdown'])
  t.match(
    said.find(({ type }) => type === 'shutdown'),
    { code: 1, reason: 'Too many worker restarts' },
  )
})

t.test('exit: so does an extension, and it is named', async t => {
  const { end, stderr } = await runHost(t, 'host-shutdown.mjs', 'exits 3', 'exit', 'extension')
  t.strictSame(end, [1, null])
  t.match(stderr, /Too many worker restarts \(extension helper\)/)
})

t.test('exit: a worker that says 78 is not run again, and the host says it too', async t => {
  const { end, said, stderr } = await runHost(t, 'host-shutdown.mjs', 'exits 78', 'exit')
  t.strictSame(end, [78, null])
  t.match(stderr, /^osqwatch: Worker returned exit status/)
  t.equal(types(said, 'spawn').length, 1)
})

t.test('exit: a host that grows beyond its own limit ends with 78', async t => {
  const { end, said, stderr } = await runHost(t, 'host-shutdown.mjs', 'stays', 'exit', 'grows')
  t.strictSame(end, [78, null])
  t.match(stderr, /^osqwatch: .*Memory limits exceeded: \d+ bytes \(limit is 60MB\)/)
  t.strictSame(types(said, 'unhealthy', 'exit', 'shutdown'), ['unhealthy', 'exit', 'shutdown'])
})

t.test('exit: a main thread that does not answer is ended by SIGKILL, and the reason told', async t => {
  const go = join(t.testdir({}), 'go')
  const { end, said, stderr } = await runHost(t, 'host-shutdown.mjs', 'exits-once', 'exit', 'blocks', go)
  t.strictSame(end, [null, 'SIGKILL'])
  t.strictSame(types(said, 'blocking', 'free'), ['blocking'])
  t.match(stderr, /^osqwatch: Worker returned exit status.*the main thread does not answer: SIGKILL\n$/)
})

t.test('emit: the host is told, and goes on', async t => {
  const { end, said, stderr } = await runHost(t, 'host-shutdown.mjs', 'exits 78', 'emit')
  t.strictSame(end, [0, null])
  t.equal(stderr, '')
  t.strictSame(types(said, 'giveup', 'shutdown', 'closed'), ['giveup', 'shutdown', 'closed'])
  const report = { code: 78, reason: 'Worker returned exit status' }
  t.match(
    said.find(({ type }) => type === 'shutdown'),
    report,
  )
  t.match(
    said.find(({ type }) => type === 'closed'),
    { report },
  )
})

t.test('emit: a host that grows beyond its own limit is told', async t => {
  const { end, said } = await runHost(t, 'host-shutdown.mjs', 'stays', 'emit', 'grows')
  t.strictSame(end, [0, null])
  t.match(
    said.find(({ type }) => type === 'closed'),
    { report: { code: 78, reason: /Memory limits exceeded/ } },
  )
})
