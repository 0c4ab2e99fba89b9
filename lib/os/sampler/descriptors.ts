import { closeSync, openSync, readFileSync } from 'node:fs'

/** A file that stays open while there is room. */
export interface Kept {
  /** CLOSED, or where it is open. */
  fd: number
  /** When it was wanted last, in turns. */
  turn: number
}

export const CLOSED = -1
/** What one process may need at the same moment. */
const FEWEST = 8

/**
 * The thread's descriptors. They are at most half of what the process may have, because the host needs some too; beyond that,
 * or when there are none left, the coldest are closed, many at once, so that most openings have nothing to search.
 */
export class Descriptors {
  readonly #open = new Set<Kept>()
  #turn = 0

  constructor(public most = Math.max(FEWEST, Math.floor(softLimit() / 2))) {}

  /** Others came short: half of what is open is theirs, from now on, so that it is not taken again before they come for it. */
  relent(): void {
    this.most = Math.max(FEWEST, Math.floor(this.#open.size / 2))
    this.next()
    this.#close(this.#open.size - this.most)
  }

  /** Begins a turn: what is wanted in it is not closed in it. */
  next(): number {
    return ++this.#turn
  }

  open(file: Kept, path: string): void {
    if (this.#open.size >= this.most) this.#closeColdest()
    file.fd = this.#openOrMakeRoom(path)
    this.#open.add(file)
  }

  close(file: Kept): void {
    if (file.fd === CLOSED) return
    closeSync(file.fd)
    file.fd = CLOSED
    this.#open.delete(file)
  }

  #openOrMakeRoom(path: string): number {
    try {
      return openSync(path, 'r')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EMFILE' && code !== 'ENFILE') throw error
      this.#closeColdest()
      return openSync(path, 'r')
    }
  }

  #closeColdest(): void {
    this.#close(Math.ceil(this.#open.size / 4))
  }

  #close(count: number): void {
    const idle = [...this.#open].filter(file => file.turn < this.#turn).sort((a, b) => a.turn - b.turn)
    for (const file of idle.slice(0, Math.max(0, count))) this.close(file)
  }
}

/** Of open files. Where it is unlimited, a million is as good. */
function softLimit(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
  return Number(soft ?? 1e6)
}
