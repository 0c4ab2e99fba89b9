/**
 * Builds, and runs tests: `node scripts/test.js [quick|all] [FILE…] [options of tap]`. Without a tier, `npm test`'s. A FILE is
 * a path such as test/core/limits.test.ts, or a part of one. Takes tap's options, such as --reporter, --grep, --jobs, --bail.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TapConfig } from '@tapjs/config'
import { tap } from '@tapjs/core'
import { report } from '@tapjs/reporter'
import { build } from './build.js'
import { TestProcess } from './test-process.js'
import { isQuick, isSerial, listTests, TIERS } from './test-tiers.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const GROUP = join(ROOT, 'scripts/test-group.js')

const config = await TapConfig.load()
const [first, ...rest] = config.positionals
const tier = first in TIERS ? first : 'default'
const words = first in TIERS ? rest : config.positionals
const files = selectTests()
if (files.length === 0) {
  console.error(`no test file matches ${words.join(' ')}`)
  process.exit(1)
}

await build({ tests: true })

const folder = mkdtempSync(join(tmpdir(), 'osqwatch-tests-'))
const janitor = spawn(process.execPath, [join(ROOT, 'scripts/test-janitor.js'), folder], {
  stdio: ['pipe', 'inherit', 'inherit'],
  detached: true,
})
await runTests()
janitor.stdin.end()
await once(janitor, 'exit')

function selectTests() {
  const all = listTests()
  if (words.length === 0) return all.filter(TIERS[tier])
  return all.filter(file => words.some(word => `test/${file}`.includes(word)))
}

async function runTests() {
  const t = tap({ context: Symbol.for('tap.isRunner') })
  t.setTimeout(0)
  const usesStderr = startReporter(t)
  const stdio = usesStderr ? 'pipe' : 'inherit'
  const timeout = config.get('timeout') * 1000
  t.jobs = config.get('jobs')
  // A filter of titles applies to the subtests of a file, so a group cannot be filtered.
  const group = config.get('grep') || config.get('only') ? [] : files.filter(isQuick)
  if (group.length > 1) run(`${group.length} quick files`, GROUP, group.map(programOf))
  for (const file of files) {
    if (group.length > 1 && group.includes(file)) continue
    run(`test/${file}`, programOf(file), [], !isSerial(file))
  }
  const complete = once(t, 'complete')
  t.end()
  await complete

  function run(name, file, args, buffered = true) {
    t.sub(TestProcess, { name, file, args, folder, cwd: ROOT, stdio, timeout, buffered: buffered && t.jobs > 1 })
  }
}

/** Returns whether the reporter shows what the tests print to stderr. */
function startReporter(t) {
  const reporter = config.get('reporter')
  if (reporter === 'tap' || process.env.TAP === '1') {
    t.pipe(process.stdout)
    return false
  }
  void report(reporter, t, config)
  return true
}

function programOf(file) {
  return join(ROOT, 'dist/test', file.replace(/ts$/, 'js'))
}
