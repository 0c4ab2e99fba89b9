/** What one look costs: node benchmarks/look.js [--quick] */
import { execFileSync } from 'node:child_process'
import { endAll } from './lib/children.js'
import { alone } from './lib/report.js'

export const title = 'what one look costs'

const FULL = {
  counts: [1, 10, 100, 1000],
  fat: true,
  rounds: 5,
  paces: { 50: { ticks: 5, rounds: 8 }, 1000: { ticks: 2, rounds: 5 } },
  looks: 1_000_000,
}
const QUICK = {
  counts: [10, 100],
  fat: false,
  rounds: 2,
  paces: { 50: { ticks: 3, rounds: 3 }, 1000: { ticks: 1, rounds: 2 } },
  looks: 100_000,
}
const GARBAGE_WAYS = ['look', 'memory']

export async function measure({ quick, log }) {
  // What they load may have been built just now.
  const { compileFloor, createTargets, startJobs } = await import('./look/field.js')
  const { burstRounds, pacedRounds } = await import('./look/rounds.js')
  const { tell } = await import('./look/tell.js')
  const plan = quick ? QUICK : FULL
  const floor = compileFloor()
  const targets = createTargets()
  const jobs = []

  async function burst(scenario, pids) {
    log(`look: ${scenario}, back to back`)
    const some = await startJobs(scenario, pids, floor)
    await burstRounds(some, plan.rounds)
    jobs.push(...some)
  }

  // The many come last: some ways walk all processes of the machine.
  if (plan.fat) await burst('fat', await targets.fat())
  for (const count of plan.counts) await burst(String(count), await targets.idle(count))
  for (const [ms, times] of Object.entries(plan.paces)) {
    log(`look: every ${ms} ms`)
    await pacedRounds(jobs, Number(ms), times)
  }
  await endAll()

  log(`look: garbage of ${plan.looks} looks`)
  const garbage = GARBAGE_WAYS.map(way => ({ way, ...garbageOf(way, plan.looks) }))
  return { name: 'look', title, ...tell({ jobs, garbage, ...plan, hasFloor: floor !== null }) }
}

/** Looks at this process. */
function garbageOf(way, looks) {
  const file = new URL('./look/garbage.js', import.meta.url).pathname
  const args = ['--expose-gc', file, way, String(looks), String(process.pid)]
  return JSON.parse(execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
}

if (process.argv[1] === import.meta.filename) await alone(measure)
