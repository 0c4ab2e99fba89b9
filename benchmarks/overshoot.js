/** How far a leak gets: node benchmarks/overshoot.js [--quick] */
import { alone } from './lib/report.js'

export const title = 'how far a leak gets before it is stopped, and what watching for it costs'

/** MB a second. */
const RATES = [20, 100, 400]
const FULL = { rates: RATES, runs: 5, fewRuns: 2, quietMs: 30_000, many: 10 }
const QUICK = { rates: RATES, runs: 1, fewRuns: 1, quietMs: 10_000, many: 10 }

/**
 * A job belongs to the first stage that takes it. Side by side only where it does no harm: leaks of 20 MB/s disturb nobody but who
 * looks into them before they are ended, and some of 100 MB/s no one who looks once a second. `settled`: what watching costs is taken from these, so they take their time.
 */
const STAGES = [
  { together: true, settled: true, takes: ({ rival, rate }) => (rate === 20 && !rival.examines) || rival.once },
  { together: true, settled: false, takes: ({ rival, rate }) => rate === 100 && !rival.exact },
  { together: false, settled: false, takes: () => true },
]

export async function measure({ quick, log }) {
  // What they load may have been built just now.
  const { RIVALS, OTHER_VERSIONS } = await import('./overshoot/rivals.js')
  const runs = await import('./overshoot/runs.js')
  const { tell } = await import('./overshoot/tell.js')
  const plan = quick ? QUICK : FULL
  const present = RIVALS.filter(rival => rival.missing === undefined)

  log(`overshoot: quiet children, ${plan.quietMs / 1000} s`)
  const one = present.map(rival => ({ rival, count: 1 }))
  const many = present.filter(rival => rival.many).map(rival => ({ rival, count: plan.many }))
  const quiet = await runs.quiet([...one, ...many], plan.quietMs)

  const leaks = []
  const leaking = present.filter(rival => !rival.quietOnly)
  for (const { together, jobs } of stagesOf(jobsOf(leaking, plan))) {
    log(`overshoot: ${jobs.length} leaks, ${together ? 'side by side' : 'one by one'}`)
    const leak = async job => leaks.push({ name: job.rival.name, rate: job.rate, ...(await runs.leakOnce(job)) })
    if (together) await Promise.all(jobs.map(leak))
    else for (const job of jobs) await leak(job)
  }

  return { name: 'overshoot', title, ...tell({ rivals: RIVALS, quiet, leaks, plan }), versions: OTHER_VERSIONS }
}

/** The points lie evenly between two looks: their median is the median of all times at which a leak may begin. */
function jobsOf(rivals, { rates, runs, fewRuns }) {
  return rates.flatMap(rate =>
    rivals.flatMap(rival => {
      const count = rival.once ? 1 : rival.few ? fewRuns : runs
      return Array.from({ length: count }, (_, index) => ({ rival, rate, point: (index + 0.5) / count }))
    }),
  )
}

function stagesOf(jobs) {
  const stageOf = job => STAGES.find(({ takes }) => takes(job))
  return STAGES.map(stage => ({
    ...stage,
    jobs: jobs
      .filter(job => stageOf(job) === stage)
      .map(job => ({ ...job, settled: stage.settled && !job.rival.once })),
  }))
}

if (process.argv[1] === import.meta.filename) await alone(measure)
