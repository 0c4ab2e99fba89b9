/** What evidence may cost. */
import { figure, median } from '../lib/stats.js'
import { BUDGET_MS, HOGS, WAYS } from './ladder.js'

/** ms beyond the budget: a timer, a turn of the loop. */
const GRACE_MS = 50
/** Of the look that it notes. */
const SHARE_PERCENT = 5

/** Its look is the one whose finding it notes; a beat's is what the watcher reads of a child with a heartbeat. */
export const LOOK_OF = { sample: 'look', look: 'memory', beat: 'pulse' }

export const targets = ({ ladder, recorder }) => [
  ...['alone', 'crowd'].flatMap(where => ['witness', 'system'].map(way => late(ladder[where], where, way))),
  ...['alone', 'crowd'].map(where => named(ladder[where].witness, where)),
  ...Object.keys(LOOK_OF).map(name => share(recorder.ns, name)),
]

const WHERE = { alone: '', crowd: `, beside ${HOGS} busy loops` }

/** The latest of the one against the middle of the other: the stricter of the ways to compare them. */
function late(lives, where, way) {
  const most = BUDGET_MS + GRACE_MS
  const got = Math.max(...times(lives[way])) - median(times(lives.off))
  return {
    what: `SIGTERM ${WAYS[way].label}, the latest, after that with incidents off${WHERE[where]}`,
    wanted: `at most ${most} ms later: the budget and ${GRACE_MS} ms`,
    got: `${figure(got)} ms`,
    held: got <= most,
  }
}

function named(lives, where) {
  const right = lives.filter(({ line }) => line)
  return {
    what: `the line in which it spins is in the incident, ${WAYS.witness.label}${WHERE[where]}`,
    wanted: 'always',
    got: `${right.length} of ${lives.length}`,
    held: right.length === lives.length,
  }
}

function share({ recorded, looked }, name) {
  const percent = sharePercent(recorded, looked, name)
  return {
    what: `the recorder's \`${name}\`, as a share of the look that it notes`,
    wanted: `less than ${SHARE_PERCENT} %`,
    got: `${figure(percent)} %`,
    held: percent < SHARE_PERCENT,
  }
}

export const sharePercent = (recorded, looked, name) => (100 * median(recorded[name])) / median(looked[LOOK_OF[name]])

export const times = lives => lives.map(({ ms }) => ms)
