/** One life's IPC channel as the watcher thread has it. It never waits for main: what main does not take is dropped at a bound. */
import type { ChildProcess, Serializable } from 'node:child_process'
import { type Ipc, MAX_UNSENT_BYTES, MAX_UNTAKEN_BYTES } from '../wire/traffic.js'
import { pack, unpack } from './packing.js'
import type { Post } from './pipes.js'

export interface TalkEvents {
  readonly post: Post
  /** The answer to `send`: null, or why it was not sent. Exactly one for each. */
  sent(id: number, error: string | null): void
  fault(message: string): void
  /** Nothing can come any more. */
  over(): void
}

export class Talk {
  readonly #child: ChildProcess
  readonly #ipc: Ipc
  readonly #events: TalkEvents
  /** Size of each message that the system has not taken yet. */
  readonly #unsent = new Map<number, number>()
  #untaken = 0
  #dropped = 0
  #toldOfHandle = false
  closed = false

  constructor(child: ChildProcess, ipc: Ipc, events: TalkEvents) {
    this.#child = child
    this.#ipc = ipc
    this.#events = events
    child.on('message', (message, handle) => this.#heard(message, handle))
    child.on('exit', () => this.#fail())
    child.on('disconnect', () => {
      this.#fail()
      this.#tellDropped()
      this.closed = true
      events.over()
    })
  }

  send(id: number, bytes: Uint8Array): void {
    const refusal = this.#refusal(bytes.byteLength)
    if (refusal !== null) {
      this.#events.sent(id, refusal)
      return
    }
    this.#unsent.set(id, bytes.byteLength)
    try {
      this.#child.send(unpack(bytes, this.#ipc) as Serializable, error => this.#answer(id, error?.message ?? null))
    } catch (error) {
      // Of a kind that Node does not send.
      this.#answer(id, (error as Error).message)
    }
  }

  disconnect(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  taken(bytes: number): void {
    this.#untaken -= bytes
    if (this.#untaken === 0) this.#tellDropped()
  }

  #refusal(size: number): string | null {
    const { connected, exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return GONE
    if (!connected) return 'it has closed its channel'
    const waiting = [...this.#unsent.values()].reduce((sum, size) => sum + size, 0)
    const isFull = waiting > 0 && waiting + size > MAX_UNSENT_BYTES
    return isFull ? `it does not read: ${waiting} bytes wait for it already` : null
  }

  #heard(message: Serializable, handle: unknown): void {
    if (handle !== undefined) this.#refuse(handle as Handle)
    const bytes = pack(message, this.#ipc)
    if (this.#untaken > 0 && this.#untaken + bytes.byteLength > MAX_UNTAKEN_BYTES) {
      this.#dropped++
      return
    }
    this.#untaken += bytes.byteLength
    this.#events.post({ type: 'message', bytes }, [bytes.buffer])
  }

  #refuse(handle: Handle): void {
    if (handle.destroy) handle.destroy()
    else handle.close?.()
    if (this.#toldOfHandle) return
    this.#toldOfHandle = true
    this.#events.fault('a handle that it sent was closed: only messages travel')
  }

  /** Node would say of them that all is well. */
  #fail(): void {
    for (const id of [...this.#unsent.keys()]) this.#answer(id, GONE)
  }

  #answer(id: number, error: string | null): void {
    if (this.#unsent.delete(id)) this.#events.sent(id, error)
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return
    const bound = `more than ${MAX_UNTAKEN_BYTES} bytes waited for the main thread`
    this.#events.fault(`${this.#dropped} of its messages were dropped: ${bound}`)
    this.#dropped = 0
  }
}

/** A socket has `destroy`, a server `close`. */
interface Handle {
  destroy?(): void
  close?(): void
}

const GONE = 'it has ended'
