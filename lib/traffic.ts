/** What main and the children have to say to each other, as main has it: over the port that each watcher thread gets anew. */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { LifeStreams } from './child-streams.js'
import { unpack } from './os/packing.js'
import { packed, Sendings, unsent } from './sendings.js'
import { OsqwatchError } from './wire/errors.js'
import type { SpawnEvent } from './wire/events.js'
import type { ChildStreams, FromLife, Ipc, MessageSource, ToMain, ToThread, Whose } from './wire/traffic.js'

interface Life {
  readonly source: MessageSource
  readonly ipc: Ipc | null
  readonly streams: LifeStreams
  /** Messages that came before its `spawn` event was told; null: it was. */
  held: Uint8Array[] | null
  /** Bytes of messages that the thread has not been told of as taken. */
  taken: number
  over: boolean
}

export class Traffic {
  readonly #deliver: (message: unknown, source: MessageSource) => void
  readonly #lives = new Map<string, Life>()
  readonly #sendings = new Sendings()
  #port: MessagePort | null = null
  /** Why there is no port. */
  #reason = new OsqwatchError('ERR_OSQWATCH_THREAD', 'the watcher thread is not set up')
  #flushed: () => void = () => {}

  constructor(deliver: (message: unknown, source: MessageSource) => void) {
    this.#deliver = deliver
  }

  /** A new thread's end, to be transferred. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.on('message', message => this.#hear(message))
    // A listener holds the host open, and a watcher must not.
    port1.unref()
    return port2
  }

  /** The thread is gone: whoever waits is told why, and streams that had not ended are destroyed. */
  cut(reason: OsqwatchError): void {
    this.#port?.close()
    this.#port = null
    this.#reason = reason
    this.#sendings.rejectAll(reason)
    for (const { streams } of this.#lives.values()) streams.cut()
    this.#lives.clear()
    this.#flushed()
  }

  /** Settles when the message was handed to the system; holds the host open until then. `ipc` is the child's; undefined: no such child. */
  async send(child: string, ipc: Ipc | null | undefined, message: unknown): Promise<void> {
    if (this.#port === null) throw this.#reason
    if (ipc === undefined) throw new OsqwatchError('ERR_OSQWATCH_UNKNOWN_CHILD', `no child '${child}' is supervised`)
    if (ipc === null) throw unsent(child, 'it has no IPC channel')
    const life = [...this.#lives.values()].findLast(({ source }) => source.child === child)
    if (life === undefined) throw unsent(child, 'it is not running')
    const bytes = packed(child, life.ipc ?? ipc, message)
    this.#port.ref()
    return this.#sendings.add(child, id => {
      this.#post({ type: 'send', child, life: life.source.life, id, bytes }, [bytes.buffer])
    })
  }

  /** Closes the channel of its present life, as `disconnect()` of a forked child does. */
  disconnect(child: string): void {
    const life = [...this.#lives.values()].findLast(({ source }) => source.child === child)
    if (life !== undefined) this.#post({ type: 'disconnect', child, life: life.source.life })
  }

  /** Its streams, for those who hear of its `spawn` now; its messages follow when they have. */
  begun({ child, life }: SpawnEvent): ChildStreams | null {
    this.#overtaken()
    const begun = this.#lives.get(keyOf({ child, life }))
    if (begun === undefined) return null
    queueMicrotask(() => this.#release(begun))
    return begun.streams.shown
  }

  /** All children have ended: what is still in their pipes comes now, or never. */
  flush(): Promise<void> {
    if (this.#port === null) return Promise.resolve()
    this.#port.ref()
    this.#post({ type: 'flush' })
    return new Promise(resolve => {
      this.#flushed = resolve
    })
  }

  /** The `spawn` event may overtake, on its own port, what was said of that life before it. */
  #overtaken(): void {
    const port = this.#port
    if (port === null) return
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) this.#hear(next.message)
  }

  #hear(message: ToMain): void {
    if (message.type === 'flushed') this.#flushed()
    else if (message.type === 'sent') this.#sent(message)
    else if (message.type === 'attached') this.#lives.set(keyOf(message), this.#attached(message))
    else this.#hearLife(message)
  }

  #attached({ child, life, pid, ipc, piped }: Extract<ToMain, { type: 'attached' }>): Life {
    const streams = new LifeStreams(piped, (message, transfer) => this.#post({ ...message, child, life }, transfer))
    return { source: { child, pid, life }, ipc, streams, held: [], taken: 0, over: false }
  }

  #hearLife(message: FromLife & Whose): void {
    const life = this.#lives.get(keyOf(message))
    if (life === undefined) return
    const { streams, source, held } = life
    if (message.type === 'data') streams.receive(message.stream, message.bytes)
    else if (message.type === 'written') streams.written(message.error)
    else if (message.type === 'closed') streams.finish(message.stream, message.ended)
    else if (message.type === 'message' && held !== null) held.push(message.bytes)
    else if (message.type === 'message') this.#take(life, message.bytes)
    else if (message.type === 'over' && held !== null) life.over = true
    else if (message.type === 'over') this.#lives.delete(keyOf(source))
  }

  #sent({ id, error }: Extract<ToMain, { type: 'sent' }>): void {
    this.#sendings.settle(id, error)
    if (this.#sendings.size === 0) this.#port?.unref()
  }

  #release(life: Life): void {
    const held = life.held ?? []
    life.held = null
    for (const bytes of held) this.#take(life, bytes)
    if (life.over) this.#lives.delete(keyOf(life.source))
  }

  /** Told to the thread once a turn of the loop: an answer for each message would cost as much as the message. */
  #take(life: Life, bytes: Uint8Array): void {
    const { source, ipc } = life
    if (life.taken === 0) setImmediate(() => this.#acknowledge(life))
    life.taken += bytes.byteLength
    try {
      this.#deliver(unpack(bytes, ipc as Ipc), source)
    } catch (error) {
      // What a listener throws is the host's uncaught exception, and no matter of the next message's.
      process.nextTick(() => {
        throw error
      })
    }
  }

  #acknowledge(life: Life): void {
    const { child, life: nth } = life.source
    this.#post({ type: 'taken', from: 'messages', bytes: life.taken, child, life: nth })
    life.taken = 0
  }

  #post(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#port?.postMessage(message, transfer)
  }
}

const keyOf = ({ child, life }: Whose): string => `${life} ${child}`
