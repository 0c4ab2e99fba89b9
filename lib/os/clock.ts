import { performance } from 'node:perf_hooks'
import type { Clock } from './ports.js'

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Monotonic time is `performance.now()` of the calling thread: every `at` in samples and deadlines is on it.
 *
 * The alarm's timer is unref'd. A watcher thread lives through its message ports, and an unref'd timer fires on time in
 * a loop that something else keeps alive; a ref'd one would hold a process that uses the clock without a thread.
 * `Infinity` is never. A time that has passed fires soon, but not inside the call.
 */
export function createClock(): Clock {
  let timer: NodeJS.Timeout | undefined

  function alarm(at: number | null, wake: () => void): void {
    clearTimeout(timer)
    if (at === null || at === Number.POSITIVE_INFINITY) return
    const left = Math.max(0, at - performance.now())
    timer = setTimeout(ring, Math.min(Math.ceil(left), LONGEST_TIMER_MS), at, wake)
    timer.unref()
  }

  // Timers count whole ms of the loop's own time and may come a little early, which a deadline must not.
  function ring(at: number, wake: () => void): void {
    if (performance.now() < at) alarm(at, wake)
    else wake()
  }

  return { now: () => performance.now(), wall: () => Date.now(), alarm }
}
