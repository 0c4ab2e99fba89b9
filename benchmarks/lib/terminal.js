/** A result for people who ran it themselves. */
import Table from 'cli-table3'

export function print({ title, tables, targets }) {
  console.log(`\n${title}`)
  for (const table of tables) printTable(table)
  if (targets.length === 0) return
  const rows = targets.map(({ what, wanted, got, held }) => [what, wanted, got, held ? 'held' : 'MISSED'])
  printTable({ title: 'Targets', head: ['what', 'wanted', 'got', ''], rows })
}

function printTable({ title, head, rows, note }) {
  // No colours of its own: they are noise in a file.
  const table = new Table({ head, style: { head: [], border: [] } })
  table.push(...rows.map(row => row.map(String)))
  console.log(`\n${title}\n${table}`)
  if (note) console.log(note)
}
