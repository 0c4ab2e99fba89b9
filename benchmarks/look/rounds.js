/** The measuring itself. Ways take turns in every round, so that a bad moment of the machine is bad for all of them. */
import { setTimeout as wait } from 'node:timers/promises'

const WARM_UP_MS = 120
const BURST_MS = 40
/** Of the pace that one look may take. Processes that are started take longer than the CPU that they use. */
const SHARE = 0.5
const SHARE_OF_STARTERS = 0.1
/** Of the pace that all looks of a group may take together, so that they seldom meet. */
const GROUP_SHARE = 0.8

/** Back to back: µs a process a look, one figure a round, into `job.burst`. */
export async function burstRounds(jobs, rounds) {
  for (const job of jobs) {
    job.burst = []
    await job.ask('burst', job.burstMs ?? WARM_UP_MS)
  }
  for (let round = 0; round < rounds; round++) {
    for (const job of jobs) {
      const { looks, us } = await job.ask('burst', job.burstMs ?? BURST_MS)
      job.burst.push(us / looks / job.count)
    }
  }
  for (const job of jobs) job.lookMs = (Math.min(...job.burst) * job.count) / 1000
}

/**
 * At a real pace, into `job.paced[ms]`: µs a tick of looking (gross), of an empty timer, and the difference for each process
 * (net); one figure a round each. Who would not be done in time is left out.
 */
export async function pacedRounds(jobs, ms, { ticks, rounds }) {
  const able = jobs.filter(job => job.paceable && job.lookMs <= ms * (job.starts ? SHARE_OF_STARTERS : SHARE))
  for (const job of able) job.paced[ms] = { gross: [], empty: [], net: [] }
  const groups = groupsOf(able, ms * GROUP_SHARE)
  for (let round = 0; round < rounds; round++) {
    for (const group of groups) await pacedRound(group, ms, ticks, round)
  }
}

/** At different moments of the pace, and one half looks while the other half does not. */
async function pacedRound(group, ms, ticks, round) {
  await Promise.all(
    group.map(async (job, index) => {
      await wait((index * ms) / group.length)
      const looksFirst = (index + round) % 2
      const costs = await job.ask('pace', ms, ticks, 2, looksFirst)
      const [gross, empty] = looksFirst ? costs : costs.toReversed()
      const paced = job.paced[ms]
      paced.gross.push(gross)
      paced.empty.push(empty)
      paced.net.push((gross - empty) / job.count)
    }),
  )
}

function groupsOf(jobs, mostMs) {
  const groups = []
  for (const job of jobs.toSorted((a, b) => b.lookMs - a.lookMs)) {
    const fitting = groups.find(group => group.lookMs + job.lookMs <= mostMs)
    if (fitting) {
      fitting.jobs.push(job)
      fitting.lookMs += job.lookMs
    } else groups.push({ jobs: [job], lookMs: job.lookMs })
  }
  return groups.map(group => group.jobs)
}
