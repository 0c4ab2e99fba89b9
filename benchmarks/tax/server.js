/** A busy HTTP server: each answer takes it about half a millisecond. It may watch children meanwhile, in one way or another. */
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { threadsOf } from '../lib/cpu.js'
import { answer } from '../lib/remote.js'

const RESOLUTION_MS = 10
const NS_PER_MS = 1e6
const RECORDS = Array.from({ length: 500 }, (_, id) => ({
  id,
  name: `record ${id}`,
  tags: ['a', 'b', 'c'],
  at: id * 1.5,
}))
const IDLE = fileURLToPath(new URL('../lib/idle.js', import.meta.url))

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let before
let watcher

const server = createServer((_request, response) => response.end(String(JSON.parse(JSON.stringify(RECORDS)).length)))
// It is asked again only after all the others have had their turn.
server.keepAliveTimeout = 0

answer({
  listen: () => new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server.address().port))),

  /** osqwatch, as it comes, with a memory limit. Settles when all children have said hello, with their pids. */
  async watch(count, memoryTotal) {
    const { createWatcher } = await import('../lib/osqwatch.js')
    watcher = await createWatcher({ limits: { memoryTotal } })
    const greeted = new Promise(resolve => {
      let left = count
      watcher.on('ready', () => --left === 0 && resolve())
    })
    for (let i = 0; i < count; i++) await watcher.add(`child${i}`, { module: IDLE, stdio: 'ignore' })
    await greeted
    const rows = await watcher.status()
    return rows.filter(row => row.kind !== 'watcher').map(row => row.pid)
  },

  /** pidusage, on this thread, in batches: one call asks for all. */
  async poll(pids, everyMs) {
    const { default: pidusage } = await import('pidusage')
    let asking = false
    setInterval(async () => {
      if (asking) return
      asking = true
      await pidusage(pids)
      asking = false
    }, everyMs)
  },

  begin() {
    delay.reset()
    delay.enable()
    before = cpu()
  },

  finish() {
    delay.disable()
    const after = cpu()
    const percent = field => (100 * (after[field] - before[field])) / (after.at - before.at)
    // What it tells includes the wait that was asked for.
    const ms = ns => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS)
    const delays = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) }
    return { ...delays, main: percent('main'), others: percent('others') }
  },

  stop: () => watcher?.stop(),
})

/** µs of the main thread and of all others. */
function cpu() {
  const us = { at: performance.now() * 1000, main: 0, others: 0 }
  for (const thread of threadsOf(process.pid)) us[thread.tid === process.pid ? 'main' : 'others'] += thread.us
  return us
}
