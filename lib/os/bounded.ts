/** Work on a disk that may hang: one piece after the other, each waited for no longer than its time, its turn included. */

/** Answers in place of work that was not done in time, or could not be begun. */
export class Late extends Error {}

/**
 * Work that hangs holds a thread of the pool, which the whole process shares: until it has come back nothing else is begun. It is
 * told by its signal that nobody waits any more.
 */
export class BoundedQueue {
  readonly #timeoutMs: number
  #last: Promise<unknown> = Promise.resolve()
  #isStuck = false

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Rejects with what the work throws, or with Late. */
  add<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const by = performance.now() + this.#timeoutMs
    const result = this.#last.then(() => this.#run(work, by - performance.now()))
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
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        control.abort()
        this.#isStuck = true
        const done = () => {
          this.#isStuck = false
        }
        working.then(done, done)
        reject(new Late(`it took more than ${this.#timeoutMs} ms`))
      }, withinMs)
    })
    return Promise.race([working, late]).finally(() => clearTimeout(timer))
  }
}
