/**
 * Main's watch over the watcher thread, as the thread's is over a child: whoever is hung watches nobody. Now and then it is
 * asked something that costs next to nothing; it answers in shared memory, so that no answer waits for main.
 */
import { type Lateness, lateness, lookAgain, openPending, type Pending } from './core/lateness.js'
import type { Pulse } from './core/samples.js'
import type { Clock } from './os/ports.js'

/** It is asked so often, and looked at so often while it does not answer; more often for a limit that is short beside them. */
const ASK_MS = 5000
const LOOK_MS = 1000
const LEAST_MS = 50
/** Main itself came later than this: it was busy, or the machine stood still. What is open then does not count. */
const GAP_MS = 1000

/** The thread as main has it. */
export interface Watched {
  ask(seq: number): void
  /** The last question that it answered. */
  answered(): number
  /** null: it cannot be told at this moment. */
  pulse(): Pulse | null
  /** A debugger may hold it. */
  isHeld(): boolean
  /** It is not asked again. */
  hung(late: Lateness): void
}

export class ThreadWatch {
  readonly #limit: number
  readonly #clock: Clock
  readonly #watched: Watched
  readonly #askMs: number
  readonly #lookMs: number
  #seq = 0
  #pending: Pending | null = null
  #dueAt = 0

  /** `limit`: ms; Infinity: nobody asks. */
  constructor(limit: number, clock: Clock, watched: Watched) {
    this.#limit = limit
    this.#clock = clock
    this.#watched = watched
    this.#askMs = Math.min(ASK_MS, Math.max(LEAST_MS, limit / 2))
    this.#lookMs = Math.min(LOOK_MS, Math.max(LEAST_MS, limit / 4))
  }

  start(): void {
    if (this.#limit !== Infinity) this.#ask()
  }

  stop(): void {
    this.#clock.alarm(null, () => {})
  }

  #tick(): void {
    const lateMs = Math.max(0, this.#clock.now() - this.#dueAt)
    const isOpen = this.#pending !== null && this.#watched.answered() < this.#seq
    if (isOpen && lateMs < GAP_MS && !this.#watched.isHeld()) this.#look(this.#pending as Pending, lateMs)
    else this.#ask()
  }

  #ask(): void {
    const pulse = this.#watched.pulse()
    this.#pending = pulse && openPending(++this.#seq, pulse)
    if (this.#pending !== null) this.#watched.ask(this.#seq)
    this.#ringIn(this.#askMs)
  }

  #look(pending: Pending, lateMs: number): void {
    const pulse = this.#watched.pulse()
    const seen = pulse === null ? pending : lookAgain(pending, pulse, lateMs)
    const late = lateness(seen)
    this.#pending = seen
    if (late.own >= this.#limit) this.#watched.hung(late)
    else this.#ringIn(this.#lookMs)
  }

  #ringIn(ms: number): void {
    this.#dueAt = this.#clock.now() + ms
    this.#clock.alarm(this.#dueAt, () => this.#tick())
  }
}
