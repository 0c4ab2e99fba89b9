/**
 * Mutation tests: `npm run mutate -- [AREA|FILE…] [--line FROM-TO] [--sample N [--seed S]] [--fresh]`. Without an area or a file,
 * all areas. Prints the mutants that survive and the score of each area, and exits 1 if an area that was tested completely is
 * below its minimum. See docs/mutation-testing.md.
 *
 * - `--line`: only mutants that begin in these lines of the given files.
 * - `--sample`: only N mutants of each area, drawn with the seed `--seed` (default 1).
 * - `--fresh`: a new process for each run of a test file. Slower; verifies that no mutant affects the next one.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from './build.js'
import { AREAS, selectSources } from './mutation/areas.js'
import { bundleTests } from './mutation/bundle.js'
import { instrument } from './mutation/instrument.js'
import { Pool } from './mutation/pool.js'
import { formatMutant, formatScores, isBelowMinimum } from './mutation/report.js'
import { measureCoverage, selectMutants, testMutants } from './mutation/run.js'
import { isMutationTest, listTests } from './test-tiers.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const JOBS = 2

const { positionals: words, values } = parseArgs({
  allowPositionals: true,
  options: {
    line: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
  },
})

process.chdir(ROOT)
const sources = selectSources(words)
if (sources.length === 0) {
  console.error(`no file or area matches ${words.join(' ')}; the areas are ${Object.keys(AREAS).join(', ')}`)
  process.exit(1)
}
// The tests of some commands use dist/.
await build({ tests: true })

const folder = mkdtempSync(join(tmpdir(), 'osqwatch-mutants-'))
const janitor = spawn(process.execPath, [join(ROOT, 'scripts/test-janitor.js'), folder], {
  stdio: ['pipe', 'inherit', 'inherit'],
  detached: true,
})
process.exitCode = (await run()) ? 0 : 1
janitor.stdin.end()
await once(janitor, 'exit')

/** Returns whether every area reaches its minimum. */
async function run() {
  const start = performance.now()
  const { contents, mutants: all } = await instrument(sources)
  const { mutants, areas } = selectMutants(all, words, values)
  const tests = await bundleTests(listTests().filter(isMutationTest), contents, folder)
  const pool = new Pool({ folder, jobs: JOBS, runsPerProcess: values.fresh ? 1 : 100 })
  try {
    const coverage = await measureCoverage(pool, tests)
    await testMutants(pool, mutants, coverage, showResult)
  } finally {
    pool.close()
  }
  clearProgress()
  console.log(`\n${formatScores(areas, mutants)}`)
  console.log(`${mutants.length} mutants in ${Math.round((performance.now() - start) / 1000)} s`)
  const below = areas.filter(area => isBelowMinimum(area, mutants))
  for (const { name, minimum } of below) console.error(`${name} is below its minimum of ${minimum} %`)
  return below.length === 0
}

function showResult(mutant, done, total) {
  clearProgress()
  if (mutant.status === 'survived' || mutant.status === 'uncovered') console.log(formatMutant(mutant))
  if (process.stderr.isTTY) process.stderr.write(`${done}/${total}`)
  else if (done % 100 === 0) console.error(`${done}/${total}`)
}

function clearProgress() {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
