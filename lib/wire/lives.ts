/**
 * Who is alive, in memory that outlives the watcher thread: pid and start time of every child. The thread writes, main reads it
 * only when the thread is gone or does not answer: the last resort, so that not even then is a child forgotten.
 */
export interface Life {
  readonly pid: number
  readonly start: string
}

/** More than a kernel that was not told otherwise has processes. A row takes memory only once it was used. */
const ROWS = 65_536
const CELLS_PER_ROW = 2
const FIRST_ROW = CELLS_PER_ROW

export class Lives {
  readonly buffer: SharedArrayBuffer
  /** The first cell tells where the rows that were ever used end. */
  readonly #cells: Float64Array
  readonly #rows = new Map<number, number>()
  readonly #free: number[] = []
  readonly #onFull: (message: string) => void
  #isFull = false

  /** `onFull` is told once. */
  constructor(buffer: SharedArrayBuffer = room(ROWS), onFull: (message: string) => void = () => {}) {
    this.buffer = buffer
    this.#cells = new Float64Array(buffer)
    this.#onFull = onFull
  }

  /** The start time goes in first: a row without a pid is no row. */
  set(pid: number, start: string): void {
    const row = this.#rows.get(pid) ?? this.#free.pop() ?? this.#nextRow()
    if (row === null) {
      this.#tellFull()
      return
    }
    this.#cells[row + 1] = Number(start)
    this.#cells[row] = pid
    this.#rows.set(pid, row)
  }

  clear(pid: number): void {
    const row = this.#rows.get(pid)
    if (row === undefined) return
    this.#cells[row] = 0
    this.#rows.delete(pid)
    this.#free.push(row)
  }

  /** Whoever has the memory may ask. */
  list(): Life[] {
    const lives: Life[] = []
    const end = this.#cells[0] as number
    for (let row = FIRST_ROW; row < end; row += CELLS_PER_ROW) {
      const pid = this.#cells[row] as number
      if (pid > 0) lives.push({ pid, start: this.#cells[row + 1] ? String(this.#cells[row + 1]) : '' })
    }
    return lives
  }

  #nextRow(): number | null {
    const row = Math.max(FIRST_ROW, this.#cells[0] as number)
    if (row + CELLS_PER_ROW > this.#cells.length) return null
    this.#cells[0] = row + CELLS_PER_ROW
    return row
  }

  #tellFull(): void {
    if (this.#isFull) return
    this.#isFull = true
    const most = this.#cells.length / CELLS_PER_ROW - 1
    this.#onFull(`more than ${most} children live: those beyond are not known to main if the watcher thread dies`)
  }
}

/** Memory for so many lives. */
export function room(rows: number): SharedArrayBuffer {
  return new SharedArrayBuffer((1 + rows) * CELLS_PER_ROW * Float64Array.BYTES_PER_ELEMENT)
}
