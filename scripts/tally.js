/**
 * How many tests passed and failed, from the TAP that tap wrote: `node scripts/tally.js FILE` prints the failures in short and,
 * as its last line, `N passed, N failed`. Assertions are counted; a test or a file that failed although each of its assertions
 * held (it was killed, it ran out of time) counts as one failure. So do results that are missing, incomplete or empty.
 */
import { readFileSync } from 'node:fs'

/** Lines of a failure's diagnosis that are shown. */
const SHOWN_LINES = 30

const RESULT = /^( *)(not )?ok\b(?: (\d+))?(.*)$/
const PLAN = /^1\.\.(\d+)/

/** Each result with its depth, and for a failure the diagnosis that follows it. */
function readResults(lines) {
  const results = []
  let yamlEnd = null
  for (const line of lines) {
    const last = results.at(-1)
    if (yamlEnd !== null) {
      if (line === yamlEnd) yamlEnd = null
      else last.diagnosis.push(line)
    } else if (last !== undefined && line === `${last.indent}  ---`) {
      yamlEnd = `${last.indent}  ...`
    } else {
      const [, indent, not, , rest] = RESULT.exec(line) ?? []
      if (indent !== undefined) results.push({ indent, ok: !not, rest, diagnosis: [] })
    }
  }
  return results
}

/** A result whose own tests come before it is a sum. It counts only when it failed and none of them did. */
function count(results) {
  const told = { passed: 0, failed: 0, failures: [] }
  const open = []
  for (const { indent, ok, rest, diagnosis } of results) {
    const depth = indent.length / 4
    const inner = open[depth + 1]
    open.length = depth + 1
    open[depth] ??= { failed: 0 }
    const excused = / # (todo|skip)/i.test(rest)
    const fails = !ok && !excused
    if (fails) open[depth].failed += 1
    if (inner !== undefined && !(fails && inner.failed === 0)) continue
    if (fails) told.failures.push([`not ok${rest}`, ...diagnosis])
    if (fails) told.failed += 1
    else if (!excused) told.passed += 1
  }
  return told
}

/** Why the results are not whole; null: they are. */
function gap(lines, results, passed) {
  const bail = lines.find(line => line.startsWith('Bail out!'))
  if (bail !== undefined) return bail
  const plan = lines.map(line => PLAN.exec(line)).find(found => found !== null)
  const files = results.filter(({ indent }) => indent === '').length
  if (plan === undefined || Number(plan[1]) !== files)
    return `${files} files told their results of ${plan?.[1] ?? 'none known'}`
  return passed === 0 ? 'not a single test has passed' : null
}

function read(file) {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

const lines = read(process.argv[2])
const results = readResults(lines)
const { passed, failed, failures } = count(results)
const missing = gap(lines, results, passed)
for (const failure of failures) console.log(failure.slice(0, SHOWN_LINES).join('\n'))
if (missing !== null) console.log(`not ok - ${missing}`)
console.log(`${passed} passed, ${failed + (missing === null ? 0 : 1)} failed`)
