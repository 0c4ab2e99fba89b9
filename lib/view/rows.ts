/** A section of an incident as a table, which a terminal and a page draw each in its own way. */
export interface Table {
  /** Of the columns. */
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns of figures. */
  readonly figures?: readonly number[]
  /** Columns that are code: names, paths, commands. */
  readonly code?: readonly number[]
  /** Rows that a reader's eye is to be led to. */
  readonly marked?: readonly number[]
}

export type Pairs = readonly (readonly [name: string, value: string])[]
