/** Events on their way from the thread to the host's listeners. */
import type { EventEmitter } from 'node:events'
import { publish, samplesFollowed } from './telemetry.js'
import type { EventType, SpawnEvent, WatcherEvent } from './wire/events.js'
import type { ChildStreams, MessageSource } from './wire/traffic.js'

/** Each event by its type, and each once more as `event`; and what children say, which is theirs. */
export type WatcherEvents = { [T in Exclude<EventType, 'spawn'>]: [event: Extract<WatcherEvent, { type: T }>] } & {
  spawn: [event: SpawnEvent, streams: ChildStreams | null]
  event: [event: WatcherEvent]
  message: [message: unknown, source: MessageSource]
}

/** Listeners that `sample` events are sent for. */
const SAMPLED: ReadonlySet<string | symbol> = new Set(['sample', 'event'])

export class Outbox {
  readonly #emitter: EventEmitter
  /** What came before the caller of createWatcher could listen. */
  #early: (() => void)[] | null = []

  readonly #wantSamples: (wanted: boolean) => void

  /** `wantSamples` is told whenever the interest in samples may have changed. */
  constructor(emitter: EventEmitter, wantSamples: (wanted: boolean) => void) {
    this.#emitter = emitter
    this.#wantSamples = wantSamples
    emitter.on('newListener', name => SAMPLED.has(name) && wantSamples(true))
    emitter.on('removeListener', name => SAMPLED.has(name) && wantSamples(this.samplesWanted()))
  }

  samplesWanted(): boolean {
    return samplesFollowed() || [...SAMPLED].some(name => this.#emitter.listenerCount(name) > 0)
  }

  /** `more` is for those who listen to its type. */
  put(event: WatcherEvent, ...more: unknown[]): void {
    this.#inTime(() => this.#tell(event, more))
  }

  message(message: unknown, source: MessageSource): void {
    this.#inTime(() => this.#emitter.emit('message', message, source))
  }

  /** The caller had a turn to listen. */
  open(): void {
    const early = this.#early ?? []
    this.#early = null
    if (samplesFollowed()) this.#wantSamples(true)
    for (const tell of early) tell()
  }

  #inTime(tell: () => void): void {
    if (this.#early === null) tell()
    else this.#early.push(tell)
  }

  #tell(event: WatcherEvent, more: readonly unknown[]): void {
    // First, for a listener may throw.
    publish(this.#emitter, event)
    const heard = [this.#emitter.emit(event.type, event, ...more), this.#emitter.emit('event', event)]
    if (event.type === 'giveup' && !heard.includes(true)) warnUser(event.message)
  }
}

/** A process warning: for what nobody listens to, and for options that are odd and yet allowed. */
export function warnUser(message: string): void {
  process.emitWarning(message, 'OsqwatchWarning')
}
