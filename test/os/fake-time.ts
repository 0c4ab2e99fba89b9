import { setImmediate as turn } from 'node:timers/promises'
import type { Timing } from '../../lib/os/bounded.js'

/** Time passes only when the test says so. */
export class FakeTime implements Timing {
  #now = 0
  readonly #timers = new Set<{ readonly at: number; readonly act: () => void }>()

  now(): number {
    return this.#now
  }

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.#now + ms, act }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that are due at the same time fire in the order in which they were set. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    for (await turn(); ; await turn()) {
      const [next] = [...this.#timers].sort((one, other) => one.at - other.at)
      if (next === undefined || next.at > until) break
      this.#timers.delete(next)
      this.#now = next.at
      next.act()
    }
    this.#now = until
  }

  /** Work that takes so long. */
  work(ms: number): () => Promise<number> {
    return () => new Promise(resolve => this.after(ms, () => resolve(ms)))
  }
}
