/** One section of the page: all that is known of one benchmark. */

export function section(result) {
  return [
    `## ${result.name}: ${result.title}`,
    result.story,
    ...targets(result.targets),
    ...result.tables.flatMap(table => [`### ${table.title}`, grid(table.head, table.rows), ...note(table)]),
    ...result.plots.flatMap(plot => [`![${plot.title}](benchmarks/${plot.file})`, ...note(plot)]),
    '### How it was measured',
    circumstances(result),
  ].join('\n\n')
}

function targets(all) {
  if (all.length === 0) return []
  const rows = all.map(({ what, wanted, got, held }) => [what, wanted, got, held ? 'held' : '**missed**'])
  return ['### Targets', grid(['Target', 'Wanted', 'Got', ''], rows)]
}

/** Padded to columns: the page is read as text, too. */
function grid(head, rows) {
  const cells = [head, ...rows].map(row => row.map(cell => String(cell).replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(3, ...cells.map(row => row[column].length)))
  const line = row => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [first, ...others] = cells.map(line)
  return [first, line(widths.map(width => '-'.repeat(width))), ...others].join('\n')
}

const note = ({ note: text }) => (text ? [text] : [])

function circumstances({ name, machine, versions, date, quick, seconds, runs, spread }) {
  const { cpu, cores, memoryGiB, kernel } = machine
  const facts = [
    `- Machine: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${kernel}`,
    `- Versions: ${Object.entries(versions)
      .map(pair => pair.join(' '))
      .join(', ')}`,
    `- Run: ${date}, ${seconds} s${quick ? ', a quick one: fewer rounds, rougher figures' : ''}`,
    ...(runs ? [`- Runs: ${runs}`] : []),
    ...(spread ? [`- Spread: ${spread}`] : []),
    `- Again: \`npm run bench -- ${name}${quick ? ' --quick' : ''}\``,
  ]
  return facts.join('\n')
}
