/** A file that lines are appended to. Trouble with it is answered, never thrown: a log is not worth its host. */
import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs'

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants
/** A pipe in the file's place must hold nobody up. Windows has no such flag, and no such pipes. */
const FLAGS = O_APPEND | O_CREAT | O_WRONLY | (O_NONBLOCK ?? 0)
const PRIVATE = 0o600

export class LineFile {
  readonly #path: string
  #fd: number | null = null
  /** A line that the disk had no room for was cut: the next one must not continue it. */
  #isTorn = false

  constructor(path: string) {
    this.#path = path
  }

  /**
   * A whole line, at once, by the kernel's memory: what is lost when the host is killed is not this. Answers null, or why it
   * could not be.
   */
  append(line: string): Error | null {
    try {
      const fd = this.#current()
      const bytes = Buffer.from(this.#isTorn ? `\n${line}` : line)
      const written = writeSync(fd, bytes)
      if (written > 0) this.#isTorn = written < bytes.length
      return this.#isTorn ? new Error('no room for the whole line') : null
    } catch (error) {
      this.close()
      return error as Error
    }
  }

  close(): void {
    const fd = this.#fd
    this.#fd = null
    try {
      if (fd !== null) closeSync(fd)
    } catch {
      // Somebody else has closed it.
    }
  }

  /** Who rotates logs gives the file another name: then the one that bears this name is to be written, or made. */
  #current(): number {
    if (this.#fd !== null && !this.#isNamed(this.#fd)) {
      this.close()
      this.#isTorn = false
    }
    this.#fd ??= openSync(this.#path, FLAGS, PRIVATE)
    return this.#fd
  }

  #isNamed(fd: number): boolean {
    const named = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
    const open = fstatSync(fd, { bigint: true })
    return named !== undefined && named.ino === open.ino && named.dev === open.dev
  }
}
