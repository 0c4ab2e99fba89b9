/** Incidents as a list, the newest first, each with the number that `osqwatch incident` takes. */
import { neutral } from './neutral.js'
import type { Paint } from './paint.js'
import { table } from './terminal/blocks.js'
import { stamp } from './words.js'

export interface Listed {
  readonly at: number
  readonly name: string
  readonly life: number
  readonly pid: number | null
  /** What happened, in a few words. */
  readonly what: string
  /** null: there was none, or the file cannot be read. */
  readonly cause: string | null
  readonly verdict: string | null
  readonly path: string
}

export interface Screen {
  readonly columns: number
  readonly paint: Paint
  readonly offset: number
}

/** The file is on a line of its own: it is to be copied. */
export function listOf(incidents: readonly Listed[], { columns, paint, offset }: Screen): string {
  const harmless = neutral(incidents)
  const rows = harmless.map(({ at, name, life, what }, n) => [
    `${n + 1}`,
    stamp(at, offset),
    name,
    `life ${life}`,
    what,
  ])
  const lines = harmless.map(({ path }, n) => {
    const row = { head: [], rows: padded(rows, n), figures: [0] }
    return [...table(row, columns, paint), paint('dim', `     ${path}`)].join('\n')
  })
  return `${lines.join('\n')}\n`
}

/** All rows have the columns of the widest. */
function padded(rows: readonly (readonly string[])[], n: number): string[][] {
  const width = (column: number) => Math.max(0, ...rows.map(row => row[column]?.length ?? 0))
  const row = rows[n] ?? []
  return [
    row.map((text, column) =>
      column === 0 ? text.padStart(width(0)) : column === 4 ? text : text.padEnd(width(column)),
    ),
  ]
}
