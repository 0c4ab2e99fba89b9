/** Metrics, on the page that Prometheus reads. */
import { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { createWatcher, type StatusRow, type Watcher, type WatcherEvent } from 'osqwatch'
import { instrument } from 'osqwatch/opentelemetry'
import t, { type Test } from 'tap'
import { COUNTED, Counting } from '../lib/opentelemetry/counted.js'
import { OF_CHILD, OF_WATCHER, WATCHER_UP } from '../lib/opentelemetry/observed.js'
import { Sums } from '../lib/opentelemetry/sums.js'
import { until } from './e2e/until.js'
import { rowsOf, sectionsOf } from './fixtures/docs-pages.js'

/** A page of metrics on a port that is free. */
async function served(t: Test) {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const meterProvider = new MeterProvider({ readers: [exporter] })
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await meterProvider.shutdown()
  })
  const { port } = server.address() as AddressInfo
  const page = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return { meterProvider, page }
}

/** Its value on the page; undefined where it is not. */
function figure(page: string, name: string, attributes: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(attributes).map(([key, value]) => `${key}="${value}"`)
  const lines = page.split('\n').filter(line => line.startsWith(`${name}{`))
  const line = lines.find(line => wanted.every(attribute => line.includes(attribute)))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf('}') + 1))
}

const SPINS = { osqwatch_child_name: 'spins' }
const FAILS = { osqwatch_child_name: 'fails' }
const node = (script: string) => ({ command: process.execPath, args: ['-e', script] })

t.test('the figures of children and of the watcher, and what has happened', async t => {
  const { meterProvider, page } = await served(t)
  const limits = { interval: 100, memory: '1GB', heartbeatLimit: '20s', respawnLimit: 1, respawnMaxDelay: 100 } as const
  const extensions = { spins: node('for (;;);'), fails: node('process.exit(3)') }
  const watcher = await createWatcher({ limits, extensions })
  t.teardown(() => watcher.stop())
  instrument(watcher, { meterProvider, attributes: { site: 'here' } })
  t.equal(watcher.listenerCount('giveup'), 0, 'it is no listener')
  const gone = new Promise(resolve => watcher.once('giveup', resolve))
  const busy = await until('a child whose CPU is known', async () => {
    const text = await page()
    return (figure(text, 'process_cpu_utilization', SPINS) ?? 0) > 0 ? text : null
  })
  t.ok(Number(figure(busy, 'process_cpu_time_total', SPINS)) > 0)
  t.ok(Number(figure(busy, 'process_memory_usage', SPINS)) > 10 * 1024 * 1024)
  t.ok(Number(figure(busy, 'process_uptime', { ...SPINS, osqwatch_child_kind: 'extension' })) > 0)
  t.equal(figure(busy, 'osqwatch_child_up', { ...SPINS, site: 'here' }), 1)
  t.equal(figure(busy, 'osqwatch_child_processes', SPINS), 1)
  t.equal(figure(busy, 'osqwatch_child_limit_memory', { ...SPINS, osqwatch_limit_name: 'memory' }), 1024 ** 3)
  t.equal(figure(busy, 'osqwatch_child_limit_lateness', { ...SPINS, osqwatch_limit_name: 'heartbeatLimit' }), 20)
  t.equal(figure(busy, 'osqwatch_child_limit_utilization', SPINS), undefined, 'what is off is not told')
  t.ok(Number(figure(busy, 'osqwatch_watcher_cpu_time_total')) > 0)
  t.equal(figure(busy, 'osqwatch_watcher_up'), 1)
  await gone
  const then = await page()
  t.equal(figure(then, 'osqwatch_child_lives_total', FAILS), 2)
  t.equal(figure(then, 'osqwatch_child_exits_total', { ...FAILS, osqwatch_cause: 'crashed' }), 2)
  t.equal(figure(then, 'osqwatch_child_backoffs_total', FAILS), 1)
  t.equal(figure(then, 'osqwatch_child_giveups_total', { ...FAILS, site: 'here' }), 1)
  t.equal(figure(then, 'osqwatch_child_up', FAILS), 0)
  t.equal(figure(then, 'process_memory_usage', FAILS), 0, 'who is down holds nothing')
  t.notMatch(then, /pid=/, 'no series of each life')
  await watcher.remove('fails')
  await watcher.stop()
  const last = await page()
  t.equal(figure(last, 'osqwatch_watcher_up'), 0)
  t.equal(figure(last, 'osqwatch_child_up', SPINS), 0)
})

/** A watcher whose thread answers when it is told to. */
function made() {
  const asked: ((rows: readonly StatusRow[]) => void)[] = []
  let close = () => {}
  const closed = new Promise<void>(resolve => {
    close = resolve
  })
  const status = () => new Promise(resolve => asked.push(resolve))
  const watcher = Object.assign(new EventEmitter(), { closed, status }) as unknown as Watcher
  return { watcher, asked, close }
}

t.test('a thread that does not answer is asked once, and holds no page up', async t => {
  const { meterProvider, page } = await served(t)
  const { watcher, asked } = made()
  const end = instrument(watcher, { meter: meterProvider.getMeter('mine') })
  t.match(await Promise.all([page(), page()]), [/osqwatch_watcher_up\{.*\} 0$/m, /osqwatch_watcher_up\{.*\} 0$/m])
  t.equal(asked.length, 1)
  end()
  await page()
  t.equal(asked.length, 1, 'after the end nothing is asked')
})

t.test('of a watcher that is closed nothing is asked, and the page says so', async t => {
  const { meterProvider, page } = await served(t)
  const { watcher, asked, close } = made()
  instrument(watcher, { meterProvider })
  close()
  await watcher.closed
  t.equal(figure(await page(), 'osqwatch_watcher_up'), 0)
  t.equal(asked.length, 0)
})

t.test('CPU of several lives is one sum', async t => {
  const sums = new Sums()
  const read = [
    sums.of('a', 1, 10),
    sums.of('a', 1, 15),
    sums.of('b', 1, 1),
    sums.of('a', 2, 20),
    sums.of('a', 2, 21),
    sums.of('b', 1, 0.5),
  ]
  t.strictSame(read, [10, 15, 1, 35, 36, 1.5])
})

t.test('events are counted by few attributes', async t => {
  const counting = new Counting()
  const of = (type: string, more: object = {}) =>
    counting.of({ type, at: 1, message: '', child: 'a', pid: 7, life: 1, ...more } as unknown as WatcherEvent)
  const name = { 'osqwatch.child.name': 'a' }
  const limit = { verdict: 'cpu', limitName: 'latency', enforced: true }
  t.strictSame(of('limit', limit), [
    'osqwatch.child.breaches',
    { ...name, 'osqwatch.verdict': 'cpu', 'osqwatch.limit.name': 'latency', 'osqwatch.enforced': true },
  ])
  t.strictSame(of('kill'), ['osqwatch.child.kills', { ...name, 'osqwatch.verdict': 'cpu' }])
  t.strictSame(of('exit', { cause: 'limit' }), ['osqwatch.child.exits', { ...name, 'osqwatch.cause': 'limit' }])
  t.strictSame(of('kill'), ['osqwatch.child.kills', { ...name, 'osqwatch.verdict': 'none' }], 'of what the life left')
  of('limit', { ...limit, enforced: false })
  t.match(of('kill')?.[1], { 'osqwatch.verdict': 'none' }, 'in shadow mode nobody is killed for a limit')
  t.strictSame(of('backoff', { queued: false }), ['osqwatch.child.backoffs', name])
  t.equal(of('backoff', { queued: true }), null, 'told before')
  t.strictSame(of('incident', { cause: 'crashed' }), [
    'osqwatch.child.incidents',
    { ...name, 'osqwatch.cause': 'crashed' },
  ])
  t.strictSame(of('defer', { reason: 'starved' }), [
    'osqwatch.child.deferrals',
    { ...name, 'osqwatch.reason': 'starved' },
  ])
  t.strictSame(of('fault', { child: undefined }), ['osqwatch.faults', {}])
  t.equal(of('ready'), null)
})

t.test('every metric has its row in the documentation, with its unit', async t => {
  const rows = rowsOf(sectionsOf('docs/handing-on.md').get('OpenTelemetry') ?? '')
  const names = [...Object.keys(OF_CHILD), WATCHER_UP, ...Object.keys(OF_WATCHER), ...Object.keys(COUNTED)]
  t.strictSame(rows.sort(), names.sort())
})
