/** In the witness's thread: when is the process so large that its heap may run out before the next look? */
import asking = require('./ask.cjs')

/** Of the heap's limit, in resident bytes of the whole process, which is never less than its heap. */
const NEAR = 0.6
/** What a heap hardly grows faster than. */
const BYTES_A_MS = 1e6
const [SOONEST_MS, LATEST_MS] = [250, 5_000] as const
/** Below, the way to the limit may be shorter than the time between two looks. */
const SMALL = 256 * 1024 * 1024
const ANSWER_MS = 1_000

/** Until the main thread is prepared for it; that costs nothing more, so that there is no way back. */
async function watchHeap(): Promise<void> {
  const { getHeapStatistics } = require('node:v8') as typeof import('node:v8')
  const limit = getHeapStatistics().heap_size_limit
  for (;;) {
    const rss = process.memoryUsage.rss()
    const isNear = limit < SMALL || rss > NEAR * limit
    if (isNear && hasRoom(limit) && (await asking.ask<boolean>('standBy', ANSWER_MS))?.found) return
    const headroom = (NEAR * limit - rss) / BYTES_A_MS
    const ms = isNear ? LATEST_MS : Math.min(Math.max(headroom, SOONEST_MS), LATEST_MS)
    await new Promise(resolve => setTimeout(resolve, ms).unref())
  }
}

/** V8 lets the heap grow beyond its limit until JavaScript can be paused: not where the machine has no room for that. */
function hasRoom(limit: number): boolean {
  const { availableMemory } = process as { availableMemory?: () => number }
  return (availableMemory?.() ?? (require('node:os') as typeof import('node:os')).freemem()) > limit
}

export = { watchHeap }
