/**
 * The fault matrix: `npm run faults [-- [--node VERSION]… [--markdown] [WORD…]]` runs each file of test/faults/ (or those
 * whose names contain one of the words), tells each as it ends, and prints all of them as a table, what failed below it.
 * `--node 22`: under that Node. `--markdown`: the table as documentation has it. Exits 1 if a row did not hold.
 */
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FOLDER, readRows } from './fault-rows.js'
import { drawn, markdownOf } from './fault-table.js'
import { run, takeInterrupts, wasInterrupted, withNode } from './nodes.js'
import { count, Results } from './tap-results.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** One after the other: a row that loads the machine would trouble those beside it. */
const TESTS = ['scripts/test.js', '--reporter=tap', '--jobs=1']
/** Then a single row may take far more than tap allows a file. */
const LONG = process.env.OSQWATCH_LONG ? ['--timeout=3600'] : []

const SKIPPED = /# SKIP ?(.*)$/i
const TIME = /# time=([\d.]+)ms/

/** What became of a row, by all that its file told; the last of it is the file's own result. */
function conclude(row, results) {
  const whole = results.at(-1)
  const skipped = results.map(({ rest }) => SKIPPED.exec(rest)).find(found => found !== null)
  const seconds = (Number(TIME.exec(whole.rest)?.[1] ?? 0) / 1000).toFixed(1)
  const excuse = skipped && `skipped: ${skipped[1]}`
  return { row, results, seconds, outcome: whole.ok ? (excuse ?? 'held') : 'FAILED' }
}

const UNTOLD = { results: [], seconds: '–', outcome: 'FAILED' }

/** Those rows under one Node, each told as it ends. */
async function tryRows(rows, node, env) {
  const results = new Results()
  const entries = new Map()
  let begun = 0
  const read = line => {
    const result = results.read(line)
    if (result?.indent !== '') return
    const row = rows.find(({ file }) => result.rest.startsWith(` - ${file}`))
    const entry = conclude(row, results.all.slice(begun))
    begun = results.all.length
    entries.set(row, entry)
    console.error(`${entry.outcome}: ${row.struck} | ${row.fault} | ${row.holds} (${entry.seconds} s)`)
  }
  const options = { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] }
  await run(node, [...TESTS, ...LONG, ...rows.map(({ file }) => file)], options, ({ stdout }) => {
    createInterface({ input: stdout }).on('line', read)
  })
  return rows.map(row => entries.get(row) ?? { row, ...UNTOLD })
}

/** A Node that is not to be had holds nothing. */
const none = rows => why => {
  console.error(why)
  return rows.map(row => ({ row, ...UNTOLD }))
}

function tell(version, entries, asMarkdown) {
  console.log(`\nNode ${version}\n\n${asMarkdown ? markdownOf(entries) : drawn(entries)}`)
  const failed = entries.filter(({ outcome }) => outcome === 'FAILED')
  for (const { row, results } of failed) {
    const { failures } = count(results)
    const story = failures.length === 0 ? ['it told no result'] : failures.map(lines => lines.join('\n'))
    console.log(`\n${row.file}: FAILED\n${story.join('\n')}`)
  }
  return failed.length === 0
}

const { values, positionals: words } = parseArgs({
  options: { node: { type: 'string', multiple: true, default: [] }, markdown: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const rows = readRows(ROOT).filter(({ file }) => words.length === 0 || words.some(word => nameOf(file).includes(word)))
if (rows.length === 0) throw new Error(`no file of ${FOLDER} has one of these words in its name: ${words.join(', ')}`)

function nameOf(file) {
  return file.slice(FOLDER.length + 1)
}

takeInterrupts()
let held = true
for (const version of values.node.length === 0 ? [null] : values.node) {
  if (wasInterrupted()) break
  const entries =
    version === null
      ? await tryRows(rows, process.execPath, process.env)
      : await withNode(version, env => tryRows(rows, 'node', env), none(rows))
  held = tell(version ?? process.versions.node, entries, values.markdown) && held
}
if (wasInterrupted() || !held) process.exitCode = 1
