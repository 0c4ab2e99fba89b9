/** What a mutation test prints. */

const MOST_CHARS = 240

/** `lib/core/limits.ts:12:5 survived EqualityOperator: a < b -> a <= b` */
export function formatMutant({ file, line, column, status, mutator, original, replacement }) {
  return `${file}:${line}:${column} ${status} ${mutator}: ${shorten(original)} -> ${shorten(replacement)}`
}

export function formatScores(areas, mutants) {
  const rows = areas.map(area => {
    const counts = countsOf(area, mutants)
    return [area.name, counts.total, counts.killed, counts.timeout, counts.survived, counts.uncovered].concat([
      `${counts.score.toFixed(1)} %`,
      area.isComplete ? `${area.minimum} %` : '-',
    ])
  })
  return formatTable([['area', 'mutants', 'killed', 'timeout', 'survived', 'uncovered', 'score', 'minimum'], ...rows])
}

/** An area of which only a part was tested has no minimum. */
export function isBelowMinimum(area, mutants) {
  return area.isComplete && countsOf(area, mutants).score < area.minimum
}

function countsOf({ name }, mutants) {
  const own = mutants.filter(({ area }) => area === name)
  const count = status => own.filter(mutant => mutant.status === status).length
  const [killed, timeout, survived, uncovered] = ['killed', 'timeout', 'survived', 'uncovered'].map(count)
  const total = own.length
  return { total, killed, timeout, survived, uncovered, score: total === 0 ? 100 : (100 * (killed + timeout)) / total }
}

function formatTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => String(row[column]).length)))
  return rows
    .map(row => row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : String(cell).padStart(widths[n]))).join('  '))
    .join('\n')
}

function shorten(text) {
  const line = text.replace(/\s+/g, ' ')
  return line.length > MOST_CHARS ? `${line.slice(0, MOST_CHARS)}…` : line
}
