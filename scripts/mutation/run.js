/** Which mutants are tested, and by which test files. */
import { AREAS, areaOf, selectSources } from './areas.js'

/** CPU time for a test file beyond a multiple of its usual time: a process may have to start first. */
const EXTRA_MS = 2_000
const TIME_FACTOR = 5
const MEASURING_MS = 120_000

/** Returns the mutants to test, and the areas with `isComplete`. */
export function selectMutants(all, words, { line, sample, seed }) {
  const [from, to = from] = line?.split('-').map(Number) ?? [0, Number.POSITIVE_INFINITY]
  const inLines = all.filter(mutant => mutant.line >= from && mutant.line <= to)
  const everything = words.length === 0 && line === undefined && sample === undefined
  const areas = Object.keys(AREAS)
    .filter(name => inLines.some(({ area }) => area === name))
    .map(name => ({
      name,
      minimum: AREAS[name].minimum,
      isComplete: everything || (line === undefined && sample === undefined && isWhole(name, words)),
    }))
  if (sample === undefined) return { mutants: inLines, areas }
  const random = randomOf(Number(seed))
  const drawn = areas.flatMap(({ name }) =>
    inLines
      .filter(({ area }) => area === name)
      .map(mutant => ({ mutant, order: random() }))
      .sort((one, other) => one.order - other.order)
      .slice(0, Number(sample))
      .map(({ mutant }) => mutant),
  )
  return { mutants: inLines.filter(mutant => drawn.includes(mutant)), areas }
}

function isWhole(area, words) {
  const isOf = file => areaOf(file) === area
  return selectSources(words).filter(isOf).length === selectSources([]).filter(isOf).length
}

/** mulberry32 */
function randomOf(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Runs each test file without a mutant. Adds to it what its subtests cover, and in `shared` what is covered outside of them: how
 * often the code of each mutant is evaluated, by its id.
 *
 * @throws if a test fails
 */
export async function measureCoverage(pool, tests) {
  const failures = []
  const measured = []
  await pool.forEach(tests, async (test, send) => {
    const { failure, shared, subtests } = await send({ mutant: null, test }, MEASURING_MS)
    if (failure !== null) failures.push(`${test.file}: ${failure ?? 'does not end'}`)
    measured.push({ ...test, shared, subtests })
  })
  if (failures.length > 0) throw new Error(`tests fail without a mutant:\n${failures.join('\n')}`)
  return measured
}

/** Sets the `status` of each mutant: `killed`, `timeout`, `survived` or `uncovered`. */
export async function testMutants(pool, mutants, coverage, onResult) {
  const kills = new Map()
  let done = 0
  await pool.forEach(mutants, async (mutant, send) => {
    const covering = coverage.map(test => coveringPart(test, mutant.id)).filter(({ subtests }) => subtests.length > 0)
    if (covering.length === 0) mutant.status = 'uncovered'
    else {
      // A file that killed another mutant of the same source probably kills this one.
      const tests = covering.sort((one, other) => killsBy(other) - killsBy(one) || one.time - other.time)
      for (const test of tests) {
        const limit = EXTRA_MS + TIME_FACTOR * test.time
        const { status } = await send({ mutant: mutant.id, test }, limit)
        mutant.status = status
        if (status === 'survived') continue
        kills.set(keyOf(test), killsBy(test) + 1)
        break
      }
    }
    onResult(mutant, ++done, mutants.length)

    function killsBy(test) {
      return kills.get(keyOf(test)) ?? 0
    }
    function keyOf({ file }) {
      return `${mutant.file} ${file}`
    }
  })
}

/** The subtests that evaluate the mutant; all of them if it is evaluated outside of them, when the file is loaded. */
function coveringPart({ file, script, shared, subtests }, id) {
  const sharedHits = shared[id] ?? 0
  const covering = subtests
    .map(({ hits, time }, index) => ({ index, time, hits: sharedHits + (hits[id] ?? 0) }))
    .filter(({ hits }) => hits > 0)
  const time = covering.reduce((sum, { time }) => sum + time, 0)
  return { file, script, sharedHits, subtests: covering, time }
}
