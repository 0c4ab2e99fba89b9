import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { SelfSample } from '../ports.js'

/** Of the calling thread, but for `rss`, which is the whole process's. */
export function readSelf(): SelfSample {
  const heap = getHeapStatistics()
  return {
    ...schedule(),
    rss: hostBytes(),
    heapUsed: heap.used_heap_size,
    heapLimit: heap.heap_size_limit,
  }
}

let lastRss = 0

/** It is read from a file: without a descriptor (EMFILE) the last answer has to do. */
function hostBytes(): number {
  try {
    lastRss = process.memoryUsage.rss()
  } catch {}
  return lastRss
}

/**
 * The read is synchronous, so `thread-self` is the thread that asks. Where the kernel does not tell, the time that the
 * loop was not idle stands in for CPU: it is never less, and it is known for each thread alone.
 */
function schedule(): { threadMs: number; waitMs: number } {
  try {
    const [cpuNs = 0, waitNs = 0, slices = 0] = readFileSync('/proc/thread-self/schedstat', 'latin1')
      .split(' ')
      .map(Number)
    if (slices > 0) return { threadMs: cpuNs / 1e6, waitMs: waitNs / 1e6 }
  } catch {}
  return { threadMs: performance.eventLoopUtilization().active, waitMs: 0 }
}
