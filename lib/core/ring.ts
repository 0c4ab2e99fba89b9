/** Rows of numbers in a ring of fixed size: the oldest row makes room for the next. Writing one makes no garbage. */
export class Ring {
  readonly #cells: Float64Array
  readonly #width: number
  readonly #most: number
  /** All that were ever begun. */
  #rows = 0

  constructor(most: number, width: number) {
    this.#cells = new Float64Array(most * width)
    this.#width = width
    this.#most = most
  }

  get size(): number {
    return Math.min(this.#rows, this.#most)
  }

  /** The new row: `set` writes into it. */
  begin(): void {
    this.#rows++
  }

  /** A cell of the newest row; of none, nothing. */
  set(column: number, value: number): void {
    this.#cells[this.#at(this.#rows - 1) + column] = value
  }

  /** A cell of the newest row; NaN while there is none. */
  get(column: number): number {
    return this.#rows === 0 ? Number.NaN : (this.#cells[this.#at(this.#rows - 1) + column] as number)
  }

  /** Of the last `most` rows, the oldest first. */
  column(column: number, most = Number.POSITIVE_INFINITY): number[] {
    const length = Math.min(this.size, most)
    const first = this.#rows - length
    return Array.from({ length }, (_, row) => this.#cells[this.#at(first + row) + column] as number)
  }

  #at(row: number): number {
    return (row % this.#most) * this.#width
  }
}
