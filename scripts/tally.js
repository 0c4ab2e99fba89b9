/**
 * How many tests passed and failed, from the TAP that tap wrote: `node scripts/tally.js FILE` prints the failures in short and,
 * as its last line, `N passed, N failed`. Assertions are counted; a test or a file that failed although each of its assertions
 * held (it was killed, it ran out of time) counts as one failure. So do results that are missing, incomplete or empty.
 */
import { readFileSync } from 'node:fs'
import { count, Results } from './tap-results.js'

/** Lines of a failure's diagnosis that are shown. */
const SHOWN_LINES = 30

const PLAN = /^1\.\.(\d+)/

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
const reader = new Results()
for (const line of lines) reader.read(line)
const results = reader.all
const { passed, failed, failures } = count(results)
const missing = gap(lines, results, passed)
for (const failure of failures) console.log(failure.slice(0, SHOWN_LINES).join('\n'))
if (missing !== null) console.log(`not ok - ${missing}`)
console.log(`${passed} passed, ${failed + (missing === null ? 0 : 1)} failed`)
