/** A host with a watcher in it, and nothing else: what hang, scale and the client's part of tax measure. */
import { readdirSync } from 'node:fs'
import { threadsOf } from './cpu.js'
import { answer } from './remote.js'

let watcher
let told = []

answer({
  /** Answers with the watcher thread's id. Events of `types` are kept until they are asked for. */
  async open(options, types = []) {
    const before = new Set(readdirSync('/proc/self/task').map(Number))
    const { createWatcher } = await import('./osqwatch.js')
    watcher = await createWatcher(options)
    for (const type of types) watcher.on(type, event => told.push(event))
    const threads = threadsOf(process.pid).filter(({ tid }) => !before.has(tid))
    // Node names only itself; what else came with the watcher are threads of the pool, which have done next to nothing.
    return threads.reduce((busiest, thread) => (thread.us > busiest.us ? thread : busiest)).tid
  },

  /** Starts `count` children that are all alike; settles when the last has hello behind it, if they speak. Answers with ms. */
  async start(count, child, speaks) {
    const begun = performance.now()
    const greeted = speaks ? hellos(count) : null
    await Promise.all(Array.from({ length: count }, (_, i) => watcher.add(`child${i}`, child)))
    await greeted
    return performance.now() - begun
  },

  status: () => watcher.status(),

  told() {
    const events = told
    told = []
    return events
  },

  async stop() {
    const begun = performance.now()
    await watcher.stop()
    return performance.now() - begun
  },
})

function hellos(count) {
  return new Promise(resolve => {
    let left = count
    watcher.on('ready', () => --left === 0 && resolve())
  })
}
