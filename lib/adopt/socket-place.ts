/** Where clients that have no descriptor of their own find the watcher thread: a socket in a folder that is the user's alone. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const PRIVATE = 0o700
/** Bytes. Some systems take 104, with the zero behind it; Node cuts off what is more, and listens elsewhere. */
const LONGEST_PATH = 103

export class SocketPlace {
  readonly path = pathOf(randomUUID().slice(0, 13))
  #isOpen = false
  readonly #onExit = () => this.remove()

  /** The folder is there from now on. It is ours: an older one of that name is an error. */
  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    if (hasFolder) makeFolder(dirname(this.path))
    process.once('exit', this.#onExit)
  }

  remove(): void {
    process.off('exit', this.#onExit)
    if (this.#isOpen && hasFolder) rmSync(dirname(this.path), { recursive: true, force: true })
    this.#isOpen = false
  }
}

const hasFolder = process.platform !== 'win32'

function pathOf(name: string): string {
  if (!hasFolder) return `\\\\.\\pipe\\osqwatch-${name}`
  const path = join(tmpdir(), `osqwatch-${name}`, 'socket')
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : join('/tmp', `osqwatch-${name}`, 'socket')
}

/** Where there is no room for it the thread tells that it cannot listen; who watches children does that without their beats, too. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, PRIVATE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
  }
}
