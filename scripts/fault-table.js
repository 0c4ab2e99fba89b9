/** Rows of the fault matrix as a table: drawn for a terminal, or as documentation has it. */
import Table from 'cli-table3'

const HEAD = ['Struck', 'Fault', 'What must hold']
/** Of a terminal: borders, and the columns that are no prose. */
const OTHERS_WIDTH = 50
const LEAST_WIDTH = 100

const cellsOf = ({ struck, fault, holds }) => [struck, fault, holds]

/** `entries: [{ row, outcome, seconds }]` */
export function drawn(entries, width = process.stdout.columns ?? 160) {
  const prose = Math.floor((Math.max(width, LEAST_WIDTH) - OTHERS_WIDTH) / 2)
  const table = new Table({
    head: [...HEAD, 'Outcome', 's'],
    colWidths: [10, prose, prose, 22, 8],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const { row, outcome, seconds } of entries) table.push([...cellsOf(row), outcome, seconds])
  return table.toString()
}

export const markdownOf = entries =>
  padded([
    [...HEAD, 'Outcome', 's'],
    ...entries.map(({ row, outcome, seconds }) => [...cellsOf(row), outcome, seconds]),
  ])

/** What the documentation says of the rows, whatever became of them. */
export const markdownOfRows = rows => padded([HEAD, ...rows.map(cellsOf)])

/** Padded to columns, as the formatter wants them. */
export function padded(rows) {
  const cells = rows.map(row => row.map(cell => String(cell).replaceAll('|', '\\|')))
  const widths = cells[0].map((_, column) => Math.max(...cells.map(row => row[column].length)))
  const line = row => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [first, ...others] = cells.map(line)
  return [first, line(widths.map(width => '-'.repeat(width))), ...others].join('\n')
}
