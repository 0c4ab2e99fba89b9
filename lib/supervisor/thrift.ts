/** What looking at memory costs this thread, and how far the looks are stretched so that it stays within its share of a core. */
import { type Pace, restretch } from '../core/pace.js'

const SETTLE_MS = 1000
/** A wake-up of the thread's loop, before it does anything. */
const LEAST_WAKE_MS = 0.02
const MOST_WAKE_MS = 0.4

export class Thrift {
  pace: Pace
  readonly #share: number
  readonly #threadMs: () => number
  #since: number
  #usedMs: number
  #wakes = 0
  #lookWakes = 0
  /** By the clock, so that it may hold time in which others had the processor. */
  #insideMs = 0
  /** What of it went into looks at memory. */
  #lookMs = 0
  #looks = 0
  #others = 0

  /** `share`: the part of one core that may be spent. `threadMs`: this thread's CPU so far. */
  constructor(share: number, quickest: number, now: number, threadMs: () => number) {
    this.#share = share
    this.#threadMs = threadMs
    this.#since = now
    this.#usedMs = threadMs()
    this.pace = { quickest, stretch: 0 }
  }

  /** In this wake-up a child's memory alone was looked at, or something else was done for it. */
  did(what: 'look' | 'other'): void {
    if (what === 'look') this.#looks++
    else this.#others++
  }

  /** The wake-up is over. Once a second: was it too much? */
  woke(from: number, now: number): void {
    this.#wakes++
    this.#insideMs += now - from
    if (this.#looks > 0) {
      this.#lookWakes++
      this.#lookMs += ((now - from) * this.#looks) / (this.#looks + this.#others)
    }
    this.#looks = this.#others = 0
    if (now - this.#since >= SETTLE_MS) this.#settle(now)
  }

  #settle(now: number): void {
    const usedMs = this.#threadMs()
    const spent = this.#spentMs(usedMs - this.#usedMs) / (now - this.#since)
    this.pace = { ...this.pace, stretch: restretch(this.pace.stretch, spent, this.#share) }
    this.#since = now
    this.#usedMs = usedMs
    this.#wakes = this.#lookWakes = this.#insideMs = this.#lookMs = 0
  }

  /** Of the thread's CPU since the last time. What it used beyond its wake-ups' insides, they cost by themselves. */
  #spentMs(threadMs: number): number {
    const ran = Math.min(1, threadMs / Math.max(this.#insideMs, 0.001))
    const eachWake = (threadMs - this.#insideMs * ran) / this.#wakes
    return this.#lookMs * ran + this.#lookWakes * Math.min(MOST_WAKE_MS, Math.max(LEAST_WAKE_MS, eachWake))
  }
}
