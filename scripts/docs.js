/**
 * The table of limits in docs/options.md, rendered from the table that the watcher runs on (dist/, so build first).
 * `node scripts/docs.js` writes it; with `--check` it only says, by its exit code, whether the file is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { LIMITS } from '../dist/lib/core/limit-table.js'

const FILE = new URL('../docs/options.md', import.meta.url)
const BEGIN = '<!-- limits: begin (written by scripts/docs.js) -->'
const END = '<!-- limits: end -->'
const LEVELS = ['app', 'normal', 'restrictive', 'off']
const UNITS = { bytes: 'size', ms: 'duration', percent: 'share of CPU', count: 'number' }

/** Exactly: messages may round 10 000 MB to 9.8 GB, a reference may not. */
function exact(unit, value) {
  if (!Number.isFinite(value)) return 'off'
  if (unit === 'bytes') return `${value / 1_048_576} MB`
  if (unit === 'ms') return value === 0 ? '0' : `${value / 1_000} s`
  return unit === 'percent' ? `${value} %` : String(value)
}

/** Where a limit has a word of its own for "no bound", that is how it is written. */
const shown = ({ unit, words, levels }, level) => (levels[level] === words.any ? "`'any'`" : exact(unit, levels[level]))

function flagOf({ flag }) {
  if (flag === undefined) return '–'
  const less = flag.less === undefined ? '' : ` less ${flag.less / 1000} s`
  return `\`${flag.name}\` (${flag.unit})${less}`
}

function wordsOf({ words }) {
  const meaning = value => (value === Number.POSITIVE_INFINITY ? '' : ` = ${value}`)
  return Object.entries(words)
    .map(([word, value]) => `\`'${word}'\`${meaning(value)}`)
    .join(', ')
}

const limitRow = ([name, row]) => [
  `\`${name}\``,
  UNITS[row.unit],
  wordsOf(row),
  ...LEVELS.map(level => shown(row, level)),
  flagOf(row),
  row.meaning,
]

/** Padded to columns, as the formatter wants them. */
function table() {
  const head = ['Limit', 'Takes', 'Words', ...LEVELS.map(level => `\`${level}\``), "osquery's flag", 'Meaning']
  const rows = [head, ...Object.entries(LIMITS).map(limitRow)]
  const widths = head.map((_, column) => Math.max(...rows.map(row => row[column].length)))
  const line = cells => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const [first, ...others] = rows.map(line)
  return [first, line(widths.map(width => '-'.repeat(width))), ...others].join('\n')
}

function withTable(text) {
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`docs/options.md has lost its marks: ${BEGIN} … ${END}`)
  return `${before}${BEGIN}\n\n${table()}\n\n${END}${after}`
}

const text = readFileSync(FILE, 'utf8')
const fresh = withTable(text)
if (!process.argv.includes('--check')) writeFileSync(FILE, fresh)
else if (fresh !== text) {
  console.error('docs/options.md is stale: run node scripts/docs.js')
  process.exitCode = 1
}
