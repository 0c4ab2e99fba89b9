/** How the worker ended is how the host ends. */
import type { ShutdownReport } from '../wire/commands.js'
import type { WatcherEvent } from '../wire/events.js'

/** An exit code, or the signal that this process ends itself by. */
export type Outcome = number | NodeJS.Signals

export class Outcomes {
  #isUp = false
  #last: Outcome = 1
  #unheard: NodeJS.Signals | null = null

  hear(event: WatcherEvent): void {
    if (!('child' in event) || event.child !== 'worker') return
    if (event.type === 'spawn') {
      this.#isUp = true
      this.#unheard = null
    } else if (event.type === 'exit') {
      this.#isUp = false
      this.#last = (event.signal as NodeJS.Signals | null) ?? event.code ?? 1
    }
  }

  /** Somebody wants the host to end. Between two lives nobody else is there to be ended by it. */
  asked(signal: NodeJS.Signals): void {
    if (!this.#isUp) this.#unheard = signal
  }

  of({ code }: ShutdownReport): Outcome {
    return code === 0 ? (this.#unheard ?? this.#last) : code
  }
}
