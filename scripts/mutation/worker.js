/**
 * Runs bundled test files, on request of the pool: `{ mutant, test }`. Answers `{ result }`: what each subtest covers if `mutant`
 * is null, else whether a subtest failed. Exits if the tests can never end because nothing is pending.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, Script } from 'node:vm'
import fc from 'fast-check'
import { t } from 'tap'

/** A loop that evaluates a mutant this many times as often as without it is endless. */
const HITS_FACTOR = 10
const MIN_HIT_LIMIT = 1_000
/** More examples of a property take long and detect little. */
const MAX_EXAMPLES = 30

const require = createRequire(import.meta.url)
const scripts = new Map()

let active = null
let hits = 0
let hitLimit = 0
let coverage = null

// The instrumented sources call these.
globalThis.stryMutAct_9fa48 = id => {
  if (id !== active) return false
  if (++hits > hitLimit) throw new Error('the mutant does not end')
  return true
}
globalThis.stryCov_9fa48 = (...ids) => {
  if (coverage !== null) for (const id of ids) coverage[id] = (coverage[id] ?? 0) + 1
}

// The examples are the same in each run, and a failure is enough: no smaller example is searched.
const assert = (property, options) =>
  fc.assert(property, {
    seed: 1,
    endOnFailure: true,
    ...options,
    numRuns: Math.min(options?.numRuns ?? MAX_EXAMPLES, MAX_EXAMPLES),
  })
globalThis.sharedModules = { 'fast-check': { ...fc, assert } }

process.on('message', async ({ mutant, test }) => {
  // A process that waits for this channel alone waits forever.
  process.channel.unref()
  const result = mutant === null ? await measure(test) : await runMutant(mutant, test)
  process.channel.ref()
  process.send({ result })
})

/** Returns the title of the first subtest that fails, what all subtests share, and what each covers. */
async function measure({ script }) {
  const shared = {}
  const subtests = []
  coverage = shared
  const failure = await runTest(script, async (index, run) => {
    const start = process.cpuUsage()
    coverage = {}
    await run()
    subtests[index] = { hits: coverage, time: process.cpuUsage(start).user / 1000 }
    coverage = shared
  })
  coverage = null
  // A subtest that is skipped leaves a hole.
  return { failure, shared, subtests: Array.from(subtests, subtest => subtest ?? { hits: {}, time: 0 }) }
}

async function runMutant(mutant, { script, subtests, sharedHits }) {
  active = mutant
  limitHits(sharedHits)
  const failure = await runTest(script, (index, run) => {
    const subtest = subtests.find(subtest => subtest.index === index)
    if (subtest === undefined) return
    limitHits(subtest.hits)
    return run()
  })
  if (hits > hitLimit) return { status: 'timeout' }
  return { status: failure === null ? 'survived' : 'killed', failure }
}

function limitHits(usual) {
  hits = 0
  hitLimit = Math.max(MIN_HIT_LIMIT, usual * HITS_FACTOR)
}

/**
 * Runs a test file with new instances of its modules. `runSubtest` is called with the index of each subtest until one fails.
 * Returns the title of the one that fails, or null.
 */
async function runTest(script, runSubtest) {
  let failure = null
  let count = 0
  const { ok } = await t.test(script, async own => {
    const { test } = own
    own.test = (title, ...rest) => {
      const index = count++
      const run = rest.pop()
      return test.call(own, title, ...rest, async subtest => {
        if (failure !== null) return
        try {
          await runSubtest(index, () => run(subtest))
        } finally {
          if (!subtest.passing()) failure ??= title
        }
      })
    }
    globalThis.sharedModules.tap = own
    load(script)({ exports: {} }, require)
  })
  return ok ? null : (failure ?? 'the file')
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
