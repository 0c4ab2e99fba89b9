/** Signals to the host are the app's, each exactly once. Without a terminal the app is in a group of its own. */
import t from 'tap'
import type { Host } from './hosts.js'
import { finish, hosted } from './registered.js'
import { until } from './until.js'

const signalsOf = (host: Host): unknown[] => host.said.filter(({ type }) => type === 'signal').map(({ name }) => name)

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  t.test(`${signal} once, and its end is final`, async t => {
    const host = hosted(t, `count ${signal}`)
    await host.until('up')
    host.kill(signal)
    const { end } = await finish(host)
    t.strictSame(signalsOf(host), [signal])
    t.strictSame(end, [7, null])
    t.equal(host.said.filter(({ type }) => type === 'up').length, 1, 'there was one life')
  })
}

t.test('signals that ask for nothing', async t => {
  const host = hosted(t, 'count SIGTERM')
  await host.until('up')
  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
    host.kill(signal)
    await host.until('signal', ({ name }) => name === signal)
  }
  host.kill('SIGTERM')
  await finish(host)
  t.strictSame(signalsOf(host), ['SIGUSR1', 'SIGUSR2', 'SIGTERM'])
})

t.test('an app that takes its time has it: nobody but its parent counts', async t => {
  const host = hosted(t, 'count never', { OSQWATCH_FORCED_SHUTDOWN_DELAY: '100ms' })
  await host.until('up')
  host.kill('SIGTERM')
  await host.until('signal')
  host.kill('SIGUSR2')
  await host.until('signal', ({ name }) => name === 'SIGUSR2')
  host.kill('SIGTERM')
  t.strictSame((await finish(host)).end, [null, 'SIGKILL'], 'whoever asks twice is in a hurry')
})

t.test('with a stopTimeout it has so long', async t => {
  const host = hosted(t, 'count never', { OSQWATCH_STOP_TIMEOUT: '200ms' })
  await host.until('up')
  host.kill('SIGTERM')
  t.strictSame((await finish(host)).end, [null, 'SIGKILL'])
})

t.test('a signal that nobody listens for ends the app, and then the host', async t => {
  const host = hosted(t, 'idle')
  await host.until('up')
  host.kill('SIGUSR2')
  t.strictSame((await finish(host)).end, [null, 'SIGUSR2'])
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} between two lives is the host's own`, async t => {
    const host = hosted(t, 'exit 9')
    await until('it backs off', () => host.stderr.includes('backs off'))
    host.kill(signal)
    t.strictSame((await finish(host)).end, [null, signal])
  })
}

t.test('a cluster: its primary alone is told', async t => {
  const host = hosted(t, 'cluster')
  await until('three are up', () => host.said.filter(({ type }) => type === 'up').length === 3)
  host.kill('SIGUSR2')
  const { pid } = await host.until('signal')
  t.notOk(host.said.some(told => told.type === 'signal' && told.pid !== pid))
  host.kill('SIGTERM')
  t.strictSame((await finish(host)).end, [7, null])
})
