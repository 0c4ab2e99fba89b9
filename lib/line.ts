/** The line between main and one watcher thread: commands and their answers on one port, events on the other. */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { type Remote, wrap } from 'comlink'
import type { Commands } from './wire/commands.js'
import { endpoint } from './wire/endpoint.js'
import { type Reply, unwrap } from './wire/errors.js'
import type { WatcherEvent } from './wire/events.js'
import { END } from './wire/install.js'

type Value<K extends keyof Commands> = Awaited<ReturnType<Commands[K]>> extends Reply<infer T> ? T : never

export class Line {
  /** The thread's ends, to be transferred. */
  readonly far: { readonly commands: MessagePort; readonly status: MessagePort }
  readonly #commands: MessagePort
  readonly #status: MessagePort
  readonly #remote: Remote<Commands>
  readonly #onEvent: (event: WatcherEvent) => void
  #calls = 0
  /** Whoever waits for an answer would wait for ever once the thread is dead. One promise for all would keep every call there was. */
  readonly #waiting = new Set<(error: Error) => void>()
  #cutBy: Error | null = null

  constructor(onEvent: (event: WatcherEvent) => void) {
    const commands = new MessageChannel()
    const status = new MessageChannel()
    this.far = { commands: commands.port2, status: status.port2 }
    this.#commands = commands.port1
    this.#status = status.port1
    this.#onEvent = onEvent
    this.#status.on('message', events => this.#hear(events))
    this.#remote = wrap<Commands>(endpoint(this.#commands))
    // A listener holds the host open, and a watcher must not.
    this.#commands.unref()
    this.#status.unref()
  }

  /** One command. Holds the host open until it is answered; rejects when the line is cut meanwhile. */
  async call<K extends keyof Commands>(name: K, ...args: Parameters<Commands[K]>): Promise<Value<K>> {
    if (this.#calls++ === 0) this.#commands.ref()
    try {
      const remote = this.#remote as unknown as Record<K, (...args: unknown[]) => Promise<Reply<Value<K>>>>
      const reply = await this.#unlessCut(remote[name](...args))
      this.#overtaken()
      return unwrap(reply)
    } finally {
      if (--this.#calls === 0) this.#commands.unref()
    }
  }

  hold(holding: boolean): void {
    if (holding) this.#status.ref()
    else this.#status.unref()
  }

  /** The host is ending: everything down at once. */
  end(): void {
    this.#status.postMessage(END)
  }

  /** Is anybody there? */
  ask(seq: number): void {
    this.#status.postMessage(seq)
  }

  cut(error: Error): void {
    this.#commands.close()
    this.#status.close()
    this.#cutBy = error
    for (const reject of this.#waiting) reject(error)
  }

  #unlessCut<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#cutBy !== null) return reject(this.#cutBy)
      this.#waiting.add(reject)
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject))
    })
  }

  /** A reply may overtake the events that were sent before it, on the other port: they are told first. */
  #overtaken(): void {
    for (let next = receiveMessageOnPort(this.#status); next; next = receiveMessageOnPort(this.#status)) {
      this.#hear(next.message)
    }
  }

  /** What a listener throws is the host's uncaught exception, and no matter of the caller's or of the next event's. */
  #hear(events: readonly WatcherEvent[]): void {
    for (const event of events) {
      try {
        this.#onEvent(event)
      } catch (error) {
        process.nextTick(() => {
          throw error
        })
      }
    }
  }
}
