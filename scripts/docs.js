/**
 * The tables of the documentation that are made of the tables that the watcher runs on (dist/, so build first): of limits in
 * docs/options.md, of the names of settings in docs/configuration.md; and of the fault matrix (test/faults/) in docs/faults.md. `node scripts/docs.js` writes them; with `--check` it
 * only says, by its exit code, whether the files are up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LIMITS } from '../dist/lib/core/limit-table.js'
import { isBooleanFlag, kebab, SETTING_FLAGS, SETTING_NAMES, SETTINGS, screaming } from '../dist/lib/settings/table.js'
import { readRows } from './fault-rows.js'
import { markdownOfRows, padded } from './fault-table.js'

/** Every table, by its name in the marks around it. */
const TABLES = [
  { file: 'docs/options.md', name: 'limits', table: limitsTable },
  { file: 'docs/configuration.md', name: 'names', table: namesTable },
  { file: 'docs/faults.md', name: 'rows', table: faultsTable },
]
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

function limitsTable() {
  const head = ['Limit', 'Takes', 'Words', ...LEVELS.map(level => `\`${level}\``), "osquery's flag", 'Meaning']
  return padded([head, ...Object.entries(LIMITS).map(limitRow)])
}

const code = text => `\`${text}\``

function namesRow(name, flags, inFile) {
  const boolean = SETTINGS[name]?.boolean
  const option = boolean ? `--${kebab(name)}\`, \`--no-${kebab(name)}` : `--${kebab(name)}`
  return [code(inFile), code(`OSQWATCH_${screaming(name)}`), code(option), flags.map(code).join(', ') || '–']
}

function flagsOf(setting) {
  const flags = [...SETTING_FLAGS].filter(([, name]) => name === setting).map(([flag]) => flag)
  return flags.flatMap(flag => (isBooleanFlag(flag) ? [`--${flag}`, `--no${flag}`] : [`--${flag}`]))
}

const fromFlagsAlone = name => ['–', '–', '–', flagsOf(name).map(code).join(', ')]

function namesTable() {
  const limits = Object.entries(LIMITS).map(([name, { flag }]) =>
    namesRow(name, flag === undefined ? [] : [`--${flag.name}`], `limits.${name}`),
  )
  return padded([
    ['In JSON', 'In the environment', 'On the command line', "osquery's flag"],
    ...SETTING_NAMES.map(name => namesRow(name, flagsOf(name), name)),
    ...['disabled', 'disableExtensions'].map(fromFlagsAlone),
    ...limits,
  ])
}

function faultsTable() {
  return markdownOfRows(readRows(fileURLToPath(new URL('..', import.meta.url))))
}

function withTable(text, { file, name, table }) {
  const [begin, end] = [`<!-- ${name}: begin (written by scripts/docs.js) -->`, `<!-- ${name}: end -->`]
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error(`${file} has lost its marks: ${begin} … ${end}`)
  return `${before}${begin}\n\n${table()}\n\n${end}${after}`
}

for (const entry of TABLES) {
  const path = new URL(`../${entry.file}`, import.meta.url)
  const text = readFileSync(path, 'utf8')
  const fresh = withTable(text, entry)
  if (fresh === text) continue
  if (!process.argv.includes('--check')) writeFileSync(path, fresh)
  else {
    console.error(`${entry.file} is stale: run node scripts/docs.js`)
    process.exitCode = 1
  }
}
