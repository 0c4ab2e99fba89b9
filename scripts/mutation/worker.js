/**
 * Runs bundled tests, once for each message: `{ mutant, tests }`. Answers `{ status, by }`, or with the coverage if `mutant` is
 * null. Skips the remaining subtests after one that fails. Exits if the tests can never end because nothing is pending.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, Script } from 'node:vm'
import fc from 'fast-check'
import { t } from 'tap'

/** A loop that runs this many times as often as without the mutant is endless. */
const MAX_HITS_FACTOR = 100
const MIN_HIT_LIMIT = 10_000

const require = createRequire(import.meta.url)
const scripts = new Map()
globalThis.sharedModules = { 'fast-check': fc }
// Runs are reproducible, and a failure is enough: no smaller example is searched.
fc.configureGlobal({ seed: 1, endOnFailure: true })
const stryker = { activeMutant: undefined, currentTestId: undefined, mutantCoverage: undefined }
globalThis.__stryker__ = stryker

process.on('message', async message => {
  // A process that only waits for this channel waits for nothing.
  process.channel.unref()
  const result = message.mutant === null ? await measure(message.tests[0]) : await runMutant(message)
  process.channel.ref()
  process.send({ result })
})

async function measure(test) {
  stryker.mutantCoverage = { static: {}, perTest: {} }
  stryker.currentTestId = test.file
  const start = performance.now()
  const failure = await runTest(test)
  return { failure, time: performance.now() - start, hits: stryker.mutantCoverage.perTest[test.file] ?? {} }
}

async function runMutant({ mutant, tests }) {
  stryker.activeMutant = mutant
  for (const test of tests) {
    stryker.mutantCoverage = { static: {}, perTest: {} }
    stryker.hitCount = 0
    stryker.hitLimit = Math.max(MIN_HIT_LIMIT, test.hits * MAX_HITS_FACTOR)
    const failure = await runTest(test)
    if (stryker.hitCount > stryker.hitLimit) return { status: 'timeout', by: test.file }
    if (failure !== null) return { status: 'killed', by: test.file, failure }
  }
  return { status: 'survived' }
}

/** Returns the title of the first subtest that failed, or null. */
async function runTest({ file, script }) {
  let failure = null
  const passed = await t.test(file, async own => {
    const { test } = own
    own.test = (name, ...rest) => {
      const run = rest.pop()
      return test.call(own, name, ...rest, async subtest => {
        if (failure !== null) return
        try {
          await run(subtest)
        } finally {
          if (!subtest.passing()) failure ??= name
        }
      })
    }
    globalThis.sharedModules.tap = own
    load(script)({ exports: {} }, require)
  })
  return passed.ok ? null : (failure ?? file)
}

function load(file) {
  if (!scripts.has(file)) {
    const script = new Script(`(function (module, require) {${readFileSync(file, 'utf8')}\n})`, {
      filename: file,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    })
    scripts.set(file, script.runInThisContext())
  }
  return scripts.get(file)
}
