/** A child's pipes as the watcher thread has them: it reads no further than main does, and tells when a write has arrived. */
import { readSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { type FromLife, MAX_UNREAD_BYTES, type OutputName, type PlainSystemError } from '../wire/traffic.js'
import { owned } from './packing.js'
import type { Tail } from './tail.js'

/** Of a dead child's pipe: the kernel holds less, unless somebody still writes. */
const MOST_DRAINED_BYTES = 1024 * 1024
const PIECE_BYTES = 65_536

export type Post = (message: FromLife, transfer?: readonly ArrayBuffer[]) => void

/** stdout or stderr, on its way to main. */
export class Outlet {
  readonly #source: Readable
  #unread = 0
  #most = MAX_UNREAD_BYTES
  closed = false

  /** `tail`: has a copy of all that passes. */
  constructor(source: Readable, stream: OutputName, post: Post, tail: Tail | null = null) {
    this.#source = source
    // How it ended is all that matters, and `close` tells that.
    source.on('error', () => {})
    source.on('close', () => {
      this.closed = true
      post({ type: 'closed', stream, ended: source.readableEnded })
    })
    source.on('data', (chunk: Buffer) => {
      tail?.add(chunk)
      const bytes = owned(chunk)
      this.#unread += bytes.byteLength
      post({ type: 'data', stream, bytes }, [bytes.buffer])
      this.#balance()
    })
  }

  taken(bytes: number): void {
    this.#unread -= bytes
    this.#balance()
  }

  flush(): void {
    this.#most = Number.POSITIVE_INFINITY
    this.#balance()
  }

  destroy(): void {
    this.#source.destroy()
  }

  /** Its writer has ended: what the pipe still holds is passed on at once, behind what was read of it, however much is unread. */
  drain(): void {
    const { fd } = (this.#source as { _handle?: { fd?: number } | null })._handle ?? {}
    if (this.#source.destroyed || fd === undefined || fd < 0) return
    for (let bytes = 0, piece = readPiece(fd); piece !== null; piece = readPiece(fd)) {
      this.#source.push(piece)
      bytes += piece.byteLength
      if (bytes >= MOST_DRAINED_BYTES) break
    }
    // What could not flow stands behind what waited already: reading makes it flow.
    while (this.#source.readableLength > 0 && this.#source.read() !== null);
  }

  #balance(): void {
    if (this.#unread >= this.#most) this.#source.pause()
    else if (this.#source.isPaused()) this.#source.resume()
  }
}

/** null: it is empty, or at its end, which its stream will see as well. */
function readPiece(fd: number): Buffer | null {
  try {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
    const size = readSync(fd, piece)
    return size === 0 ? null : piece.subarray(0, size)
  } catch {
    return null
  }
}

/** stdin. Main writes one thing at a time, and hears of each. Once it is destroyed, `closed` answers whatever is open. */
export class Inlet {
  readonly #sink: Writable
  readonly #answer: (error?: Error | null) => void
  closed = false

  constructor(sink: Writable, post: Post) {
    this.#sink = sink
    this.#answer = error => {
      if (!sink.destroyed) post({ type: 'written', error: error ? plain(error) : null })
    }
    // It is told as the answer to the write.
    sink.on('error', () => {})
    sink.on('close', () => {
      this.closed = true
      post({ type: 'closed', stream: 'stdin', ended: sink.writableFinished })
    })
  }

  write(bytes: Uint8Array): void {
    if (!this.#sink.destroyed) this.#sink.write(bytes, this.#answer)
  }

  end(): void {
    if (!this.#sink.destroyed) this.#sink.end(this.#answer)
  }

  destroy(): void {
    this.#sink.destroy()
  }
}

function plain(error: NodeJS.ErrnoException): PlainSystemError {
  return { message: error.message, code: error.code ?? 'UNKNOWN' }
}
