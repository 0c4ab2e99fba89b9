/** A child's piped streams on the main thread. What is not read here is, past a bound, not read from the child's pipe either. */
import { Readable, Writable } from 'node:stream'
import type { ChildStreams, OutputName, PlainSystemError, StreamName, ToLife } from './wire/traffic.js'

type Post = (message: ToLife, transfer?: readonly ArrayBuffer[]) => void

/** stdout or stderr. */
class Output extends Readable {
  readonly #name: OutputName
  readonly #post: Post
  #untaken = 0
  /** Read, and the thread has not been told. */
  #taken = 0
  #closed = false

  constructor(name: OutputName, post: Post) {
    super({ highWaterMark: 65_536 })
    this.#name = name
    this.#post = post
  }

  receive({ buffer, byteOffset, byteLength }: Uint8Array): void {
    if (this.destroyed) return
    this.#untaken += byteLength
    this.push(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength))
  }

  /** Nothing more comes. Not `ended`: some of it may be lost, which a reader is told by a `close` without an `end`. */
  finish(ended: boolean): void {
    this.#closed = true
    if (ended) this.push(null)
    else this.destroy()
  }

  override _read(): void {
    // Once a turn of the loop: a port whose answers bring more at once leaves the loop to nobody else.
    if (this.#taken === 0 && this.#untaken > 0) setImmediate(() => this.#tellTaken())
    this.#taken += this.#untaken
    this.#untaken = 0
  }

  #tellTaken(): void {
    if (!this.#closed) this.#post({ type: 'taken', from: this.#name, bytes: this.#taken })
    this.#taken = 0
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#closed) this.#post({ type: 'destroy', stream: this.#name })
    this.#closed = true
    done(error)
  }
}

/** stdin. A write is done when it has come to the pipe; one after another. */
class Input extends Writable {
  readonly #post: Post
  #done: ((error?: Error | null) => void) | null = null
  #closed = false

  constructor(post: Post) {
    super({ highWaterMark: 65_536 })
    this.#post = post
  }

  written(error: PlainSystemError | null): void {
    const done = this.#done
    this.#done = null
    done?.(error && Object.assign(new Error(error.message), { code: error.code }))
  }

  finish(): void {
    this.#closed = true
    this.destroy()
  }

  /** One copy: the writer keeps what is its own. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const bytes = new Uint8Array(chunks.reduce((sum, { chunk }) => sum + chunk.byteLength, 0))
    let at = 0
    for (const { chunk } of chunks) {
      bytes.set(chunk, at)
      at += chunk.byteLength
    }
    this.#done = done
    this.#post({ type: 'write', bytes }, [bytes.buffer])
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#done = done
    this.#post({ type: 'end' })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#closed) this.#post({ type: 'destroy', stream: 'stdin' })
    this.#closed = true
    done(error)
    this.written({ message: 'the stream was destroyed', code: 'ERR_STREAM_DESTROYED' })
  }
}

/** The streams of one life. */
export class LifeStreams {
  readonly #stdin: Input | null
  readonly #stdout: Output | null
  readonly #stderr: Output | null

  constructor(piped: readonly StreamName[], post: Post) {
    this.#stdin = piped.includes('stdin') ? new Input(post) : null
    this.#stdout = piped.includes('stdout') ? new Output('stdout', post) : null
    this.#stderr = piped.includes('stderr') ? new Output('stderr', post) : null
  }

  get shown(): ChildStreams | null {
    const [stdin, stdout, stderr] = [this.#stdin, this.#stdout, this.#stderr]
    return (stdin ?? stdout ?? stderr) ? { stdin, stdout, stderr } : null
  }

  receive(stream: OutputName, bytes: Uint8Array): void {
    this.#output(stream)?.receive(bytes)
  }

  written(error: PlainSystemError | null): void {
    this.#stdin?.written(error)
  }

  finish(stream: StreamName, ended: boolean): void {
    if (stream === 'stdin') this.#stdin?.finish()
    else this.#output(stream)?.finish(ended)
  }

  /** The thread died, and what was still with it is lost. */
  cut(): void {
    this.#stdin?.finish()
    this.#stdout?.finish(false)
    this.#stderr?.finish(false)
  }

  #output(stream: OutputName): Output | null {
    return stream === 'stdout' ? this.#stdout : this.#stderr
  }
}
