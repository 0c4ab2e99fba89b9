/**
 * Who is alive, in memory that outlives the watcher thread: pid and start time of every child. The thread writes, main reads it
 * only when the thread is gone or does not answer: the last resort, so that not even then is a child forgotten.
 */
export interface Life {
  readonly pid: number
  readonly start: string
}

const ROWS = 4096
const BYTES_PER_ROW = 16

export class Lives {
  readonly buffer: SharedArrayBuffer
  readonly #cells: Float64Array

  constructor(buffer = new SharedArrayBuffer(ROWS * BYTES_PER_ROW)) {
    this.buffer = buffer
    this.#cells = new Float64Array(buffer)
  }

  /** The start time goes in first: a row without a pid is no row. */
  set(pid: number, start: string): void {
    const row = this.#rowOf(pid) ?? this.#rowOf(0)
    if (row === null) return
    this.#cells[row + 1] = Number(start)
    this.#cells[row] = pid
  }

  clear(pid: number): void {
    const row = this.#rowOf(pid)
    if (row !== null) this.#cells[row] = 0
  }

  list(): Life[] {
    const lives: Life[] = []
    for (let row = 0; row < this.#cells.length; row += 2) {
      const pid = this.#cells[row] as number
      if (pid > 0) lives.push({ pid, start: this.#cells[row + 1] ? String(this.#cells[row + 1]) : '' })
    }
    return lives
  }

  #rowOf(pid: number): number | null {
    for (let row = 0; row < this.#cells.length; row += 2) if (this.#cells[row] === pid) return row
    return null
  }
}
