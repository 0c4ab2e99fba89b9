/** Work on a disk that may hang: one piece after the other, each waited for no longer than its time, its turn included. */

/** Answers in place of work that was not done in time, or could not be begun. */
export class Late extends Error {}

/** Time as the queue sees it. */
export interface Timing {
  now(): number
  /** Calls `act` after `ms`, unless the function that it returns is called before. */
  after(ms: number, act: () => void): () => void
}

const realTiming: Timing = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * Work that hangs holds a thread of the pool, which the whole process shares: until it has come back nothing else is begun. It is
 * told by its signal that nobody waits any more.
 */
export class BoundedQueue {
  readonly #timeoutMs: number
  readonly #timing: Timing
  #last: Promise<unknown> = Promise.resolve()
  #isStuck = false

  constructor(timeoutMs: number, timing: Timing = realTiming) {
    this.#timeoutMs = timeoutMs
    this.#timing = timing
  }

  /** Rejects with what the work throws, or with Late. */
  add<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const by = this.#timing.now() + this.#timeoutMs
    const result = this.#last.then(() => this.#run(work, by - this.#timing.now()))
    this.#last = result.catch(() => {})
    return result
  }

  /** Settles when nothing is left to be done. */
  async idle(): Promise<void> {
    for (let last: unknown; last !== this.#last; ) {
      last = this.#last
      await last
    }
  }

  async #run<T>(work: (signal: AbortSignal) => Promise<T>, withinMs: number): Promise<T> {
    if (this.#isStuck) throw new Late('what was begun before has not come back')
    if (withinMs <= 0) throw new Late(`its turn did not come within ${this.#timeoutMs} ms`)
    const control = new AbortController()
    const working = work(control.signal)
    let cancel = () => {}
    const late = new Promise<never>((_, reject) => {
      cancel = this.#timing.after(withinMs, () => {
        control.abort()
        this.#isStuck = true
        const done = () => {
          this.#isStuck = false
        }
        working.then(done, done)
        reject(new Late(`it took more than ${this.#timeoutMs} ms`))
      })
    })
    return Promise.race([working, late]).finally(() => cancel())
  }
}
