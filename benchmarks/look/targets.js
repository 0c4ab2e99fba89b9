/** What the sampler has to reach, and what it did. */
import { figure, median } from '../lib/stats.js'

const MOST_FLOORS = 1.4
/** So many times dearer has pidusage to be, by the number of processes. */
const LEAST_PIDUSAGES = { 10: 7, 100: 4, 1000: 3 }
/** The heap is never the same twice, looks or no looks. */
const NOISE_BYTES = 64 * 1024

const PAIRS = [
  { what: 'look', ours: 'look', floor: 'floor', files: 'stat, statm' },
  { what: 'stat alone', ours: 'stat', floor: 'floorStat', files: 'stat' },
]

const find = (jobs, way, scenario) => jobs.find(job => job.way === way && job.scenario === scenario)

/** Round by round: a bad moment of the machine is bad for both. */
const ratio = (ours, theirs) => median(ours.burst.map((cost, round) => cost / theirs.burst[round]))

export function floorTargets(jobs, hasFloor) {
  return PAIRS.map(({ what, ours, floor, files }) => {
    const ratios = jobs
      .filter(job => job.way === ours && hasFloor)
      .map(job => ({ scenario: job.scenario, times: ratio(job, find(jobs, floor, job.scenario)) }))
    const got = ratios.map(({ scenario, times }) => `${figure(times)} (${scenario})`).join(', ')
    return {
      what: `${what}, back to back: times the floor in C for the same files (${files})`,
      wanted: `at most ${MOST_FLOORS}`,
      got: got || 'not measured: no C compiler',
      held: hasFloor && ratios.every(({ times }) => times <= MOST_FLOORS),
    }
  })
}

/** The same file for both; and a look, whose memory is exact and takes a second file. */
const AGAINST_PIDUSAGE = [
  { way: 'stat', what: 'stat alone, the file that pidusage reads' },
  { way: 'look', what: 'a look, stat and statm' },
]

export function paceTargets(jobs, paces, counts) {
  const all = paces.flatMap(ms => counts.filter(count => count in LEAST_PIDUSAGES).map(count => ({ ms, count })))
  return AGAINST_PIDUSAGE.flatMap(({ way, what }) => all.map(({ ms, count }) => paceTarget(jobs, way, what, ms, count)))
}

function paceTarget(jobs, way, what, ms, count) {
  const [ours, theirs] = [way, 'pidusage'].map(one => find(jobs, one, String(count)).paced[ms])
  const times = theirs ? median(theirs.net) / median(ours.net) : Number.NaN
  return {
    what: `${what}: ${count} processes every ${ms} ms, as a share of pidusage`,
    wanted: `at most 1/${LEAST_PIDUSAGES[count]}`,
    got: theirs ? `1/${figure(times)}` : 'pidusage cannot keep this pace',
    held: theirs === undefined || times >= LEAST_PIDUSAGES[count],
  }
}

export function heapTargets(garbage, looks) {
  const worst = Math.max(...garbage.map(({ looks: seen, control }) => seen.growth - control.growth))
  return [
    {
      what: `heap growth over ${looks.toLocaleString('en')} looks, beyond that without looks`,
      wanted: `noise: at most ${NOISE_BYTES / 1024} KiB`,
      got: `${figure(worst / 1024)} KiB`,
      held: worst <= NOISE_BYTES,
    },
  ]
}
