/** A host with a watcher in it, whose children live one after another. */
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { ownUs, threadsOf } from '../lib/cpu.js'
import { answer } from '../lib/remote.js'

/** What follows an end is done by then: the incident is written, the folder is pruned. */
const SETTLE_MS = 400

let watcher
let thread
let writes

answer({
  async open(options) {
    const before = new Set(threadsOf(process.pid).map(({ tid }) => tid))
    const { createWatcher } = await import('../lib/osqwatch.js')
    watcher = await createWatcher(options)
    writes = options.incidents !== false
    const news = threadsOf(process.pid).filter(({ tid }) => !before.has(tid))
    thread = news.reduce((busiest, one) => (one.us > busiest.us ? one : busiest)).tid
  },

  /** One life of a child that breaks a limit: when, what followed when, and where its story is. */
  async life(child) {
    const events = {}
    const hear = event => {
      events[event.type] ??= event
    }
    const told = ['limit', 'terminate', 'kill', 'exit', ...(writes ? ['incident'] : [])]
    for (const type of told) watcher.on(type, hear)
    const all = once(watcher, writes ? 'incident' : 'exit')
    await watcher.add('spinner', { ...child, restart: 'never' })
    await all
    await watcher.remove('spinner')
    for (const type of told) watcher.off(type, hear)
    const at = type => events[type]?.at ?? null
    return {
      limit: at('limit'),
      hang: events.limit?.hang ?? null,
      terminate: at('terminate'),
      exit: at('exit'),
      path: events.incident?.path ?? null,
    }
  },

  /** A child that crashes over and over: what each of `count` lives has cost, from one quiet moment to the next. */
  async crashes(child, count) {
    const lives = []
    let heard = 0
    watcher.on('incident', ({ path }) => path !== null && heard++)
    const ended = turns('exit')
    await watcher.add('crasher', { ...child, restart: 'always' })
    let before = null
    while (lives.length < count) {
      await ended()
      await wait(SETTLE_MS)
      const now = { thread: threadUs(), process: ownUs() }
      if (before !== null) lives.push({ thread: now.thread - before.thread, process: now.process - before.process })
      before = now
    }
    await watcher.remove('crasher')
    return { lives, written: heard }
  },

  stop: () => watcher.stop(),
})

/** It sleeps then, so that the kernel has booked it all. */
const threadUs = () => threadsOf(process.pid).find(({ tid }) => tid === thread).us

/** Waits for the next event of that type, and misses none. */
function turns(type) {
  let come = 0
  let resolve = () => {}
  watcher.on(type, () => {
    come++
    resolve()
  })
  return async () => {
    while (come === 0)
      await new Promise(done => {
        resolve = done
      })
    come--
  }
}
