/** What is published on diagnostics channels, and what NODE_DEBUG makes of it. */
import { execFile } from 'node:child_process'
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createWatcher, type EventType, type Published, type WatcherEvent } from 'osqwatch'
import t, { type Test } from 'tap'
import { EVENT_TYPES } from '../lib/wire/event-types.js'
import { VERSION } from '../lib/wire/version.js'
import { until } from './e2e/until.js'
import { STATE_ENV } from './fixtures/state-env.js'

const SLEEPS = { command: 'sleep', args: ['1000'] }
const LIMITS = { interval: 100, delay: 0 }

function subscribed(t: Test, types: readonly EventType[]): Published[] {
  const heard: Published[] = []
  const hear = (message: unknown) => void heard.push(message as Published)
  for (const type of types) subscribe(`osqwatch:${type}`, hear)
  t.teardown(() => {
    for (const type of types) unsubscribe(`osqwatch:${type}`, hear)
  })
  return heard
}

t.test('each event is published once, with its watcher, and before its listeners are called', async t => {
  const order: string[] = []
  const hear = (message: unknown) => void order.push(`channel ${(message as Published).event.type}`)
  subscribe('osqwatch:spawn', hear)
  t.teardown(() => unsubscribe('osqwatch:spawn', hear))
  const watcher = await createWatcher({ extensions: { a: SLEEPS }, limits: LIMITS })
  const heard = subscribed(t, ['spawn', 'exit', 'shutdown'])
  t.strictSame(order, [], 'the first ones wait until the caller had a turn')
  const emitted: WatcherEvent[] = []
  watcher.on('spawn', event => {
    order.push('listener spawn')
    emitted.push(event)
  })
  for (const type of ['exit', 'shutdown'] as const) watcher.on(type, (event: WatcherEvent) => emitted.push(event))
  await watcher.stop()
  t.strictSame(order, ['channel spawn', 'listener spawn'])
  t.strictSame(
    heard.map(({ event }) => event),
    emitted,
  )
  t.strictSame(
    emitted.map(({ type }) => type),
    ['spawn', 'exit', 'shutdown'],
  )
  t.ok(heard.every(published => published.watcher === watcher))
})

t.test('samples are sent for who has subscribed before, and for nobody else', async t => {
  const before = await createWatcher({ extensions: { a: SLEEPS }, limits: LIMITS })
  await once(before, 'spawn')
  const samples = subscribed(t, ['sample'])
  const after = await createWatcher({ extensions: { a: SLEEPS }, limits: LIMITS })
  await until('samples', () => samples.length > 2)
  t.ok(samples.every(({ watcher }) => watcher === after))
  await Promise.all([before.stop(), after.stop()])
})

t.test('there is no channel beside those of the types', async t => {
  for (const type of EVENT_TYPES) t.notOk(channel(`osqwatch:${type}`).hasSubscribers, type)
  const source = readFileSync('lib/telemetry.ts', 'utf8')
  t.equal(source.match(/channel\(/g)?.length, 1)
})

t.test('NODE_DEBUG=osqwatch prints every event on stderr', async t => {
  const folder = t.testdir()
  const host = `import { channel } from 'node:diagnostics_channel'
    import { createWatcher } from 'osqwatch'
    const watcher = await createWatcher({ extensions: { a: ${JSON.stringify(SLEEPS)} }, limits: ${JSON.stringify(LIMITS)} })
    watcher.ref()
    const samples = channel('osqwatch:sample')
    if (samples.hasSubscribers) await new Promise(resolve => samples.subscribe(resolve))
    await watcher.stop()\n`
  writeFileSync(join(folder, 'host.js'), host)
  const run = (debug: string) =>
    new Promise<string>((resolve, reject) => {
      const env = { PATH: process.env.PATH, ...STATE_ENV, NODE_DEBUG: debug }
      const options = { cwd: folder, env, timeout: 300_000, killSignal: 'SIGKILL' } as const
      execFile(process.execPath, ['host.js'], options, (error, _, stderr) => (error ? reject(error) : resolve(stderr)))
    })
  const told = await run('osqwatch')
  for (const word of ['spawn: extension a', 'sample: {"child":"a"', 'exit: extension a', 'shutdown: everything']) {
    t.match(told, new RegExp(`^OSQWATCH \\d+: ${word}`, 'm'))
  }
  t.equal(await run('other'), '')
})

t.test('the version that is written is that of the package', async t => {
  t.equal(VERSION, JSON.parse(readFileSync('package.json', 'utf8')).version)
})
