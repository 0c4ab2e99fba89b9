/** Signals to a host of ours, on their way to its worker: one that meets a dying thread is told to the next. */
import type { Commands } from './wire/commands.js'

type Signal = Parameters<Commands['pass']>

export class Passing {
  #lost: readonly Signal[] = []

  constructor(private readonly tell: (...signal: Signal) => Promise<unknown>) {}

  pass(...signal: Signal): void {
    this.tell(...signal).catch(() => {
      this.#lost = [...this.#lost, signal]
    })
  }

  /** The next thread has the worker running. Whoever got a signal in its last life is another process now: it is sent in any case. */
  restarted(): void {
    const lost = this.#lost
    this.#lost = []
    for (const [name, signal, within] of lost) this.pass(name, signal, within, true)
  }
}
