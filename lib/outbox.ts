/** Events on their way from the thread to the host's listeners. */
import type { EventEmitter } from 'node:events'
import type { EventType, WatcherEvent } from './wire/events.js'

/** Each event by its type, and each once more as `event`. */
export type WatcherEvents = { [T in EventType]: [event: Extract<WatcherEvent, { type: T }>] } & {
  event: [event: WatcherEvent]
}

/** Listeners that `sample` events are sent for. */
const SAMPLED: ReadonlySet<string | symbol> = new Set(['sample', 'event'])

export class Outbox {
  readonly #emitter: EventEmitter
  /** Events that came before the caller of createWatcher could listen. */
  #early: WatcherEvent[] | null = []

  /** `wantSamples` is told whenever the interest in samples may have changed. */
  constructor(emitter: EventEmitter, wantSamples: (wanted: boolean) => void) {
    this.#emitter = emitter
    emitter.on('newListener', name => SAMPLED.has(name) && wantSamples(true))
    emitter.on('removeListener', name => SAMPLED.has(name) && wantSamples(this.samplesWanted()))
  }

  samplesWanted(): boolean {
    return [...SAMPLED].some(name => this.#emitter.listenerCount(name) > 0)
  }

  put(event: WatcherEvent): void {
    if (this.#early === null) this.#tell(event)
    else this.#early.push(event)
  }

  /** The caller had a turn to listen. */
  open(): void {
    const early = this.#early ?? []
    this.#early = null
    for (const event of early) this.#tell(event)
  }

  #tell(event: WatcherEvent): void {
    const heard = [this.#emitter.emit(event.type, event), this.#emitter.emit('event', event)]
    if (event.type === 'giveup' && !heard.includes(true)) warnUser(event.message)
  }
}

/** A process warning: for what nobody listens to, and for options that are odd and yet allowed. */
export function warnUser(message: string): void {
  process.emitWarning(message, 'OsqwatchWarning')
}
