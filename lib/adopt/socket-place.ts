/** Where clients that have no descriptor of their own find the watcher thread: a socket in a folder that is the user's alone. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const PRIVATE = 0o700

export class SocketPlace {
  readonly path = pathOf(randomUUID().slice(0, 13))
  #isOpen = false
  readonly #onExit = () => this.remove()

  /** The folder is there from now on. It is ours: an older one of that name is an error. */
  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    if (hasFolder) mkdirSync(dirname(this.path), PRIVATE)
    process.once('exit', this.#onExit)
  }

  remove(): void {
    process.off('exit', this.#onExit)
    if (this.#isOpen && hasFolder) rmSync(dirname(this.path), { recursive: true, force: true })
    this.#isOpen = false
  }
}

const hasFolder = process.platform !== 'win32'

/** macOS takes 103 bytes, Linux 107; what is longer is cut, without a word, and would be a file somewhere else. */
const MOST_BYTES = 103

function pathOf(name: string): string {
  if (!hasFolder) return `\\\\.\\pipe\\osqwatch-${name}`
  const wished = join(tmpdir(), `osqwatch-${name}`, 'socket')
  return Buffer.byteLength(wished) <= MOST_BYTES ? wished : join('/tmp', `osqwatch-${name}`, 'socket')
}
