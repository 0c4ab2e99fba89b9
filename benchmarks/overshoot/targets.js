/** What was to be reached, and was it? */
import { figure, median } from '../lib/stats.js'
import { LIMIT_MB, MB } from './leakers.js'

const MOST_OVER = { 100: 5, 400: 15 }
const OURS = 'osqwatch'
const THEIRS = 'pidusage every 500 ms'
const EMPTY = 'an empty Node process'

export function targets({ quiet, leaks, rates, many }) {
  return [
    ...rates.filter(rate => rate in MOST_OVER).map(rate => overTarget(leaks, rate)),
    quietTarget(quiet, OURS, 1),
    quietTarget(quiet, OURS, many),
    quietTarget(quiet, `${OURS}, no heartbeats`, 1),
    quietTarget(quiet, `${OURS}, no heartbeats`, many),
    leakTarget(leaks, Math.min(...rates)),
  ]
}

const of = (leaks, name, rate) => leaks.filter(leak => leak.name === name && leak.rate === rate)

function overTarget(leaks, rate) {
  const over = median(of(leaks, OURS, rate).map(leak => (leak.over / MB / LIMIT_MB) * 100))
  const wanted = MOST_OVER[rate]
  return {
    what: `over the limit at ${rate} MB/s`,
    wanted: `at most ${wanted} %`,
    got: `${figure(over)} %`,
    held: over <= wanted,
  }
}

/** Of whole processes, less what Node does by itself. */
function quietTarget(quiet, name, count) {
  const cost = who => quiet.find(row => row.name === who && row.count === count)?.processMs
  const empty = quiet.find(row => row.name === EMPTY).processMs
  const children = count === 1 ? 'a quiet child' : `${count} quiet children`
  return noMore(`CPU of ${name}, ${children}`, cost(name) - empty, cost(THEIRS) - empty)
}

/** The leaks of one are longer than those of the other: CPU for the time that it watched. */
function leakTarget(leaks, rate) {
  const cost = name => median(of(leaks, name, rate).map(({ cpuMs, ms }) => (cpuMs / ms) * 60_000))
  return noMore(`CPU of ${OURS}, a leak of ${rate} MB/s`, cost(OURS), cost(THEIRS))
}

const noMore = (what, ours, theirs) => ({
  what,
  wanted: `no more than ${THEIRS}: ${figure(theirs)} ms a minute`,
  got: `${figure(ours)} ms a minute`,
  held: ours <= theirs,
})
