/** How long evidence takes, what it says, and how far a child gets meanwhile, in tables. */
import { figure, median, quantile } from '../lib/stats.js'
import { HOGS, WAYS } from './ladder.js'
import { LEAK_WAYS, RATE } from './leaks.js'
import { times } from './targets.js'

const of = (some, all) => `${some.length} of ${all.length}`
const most = values => quantile(values, 1)

export function ladderTable({ alone, crowd }) {
  const head = ['the host', 'to SIGTERM, p50 ms', 'worst ms', 'to its end, p50 ms', 'line named', 'function in profile']
  const rows = Object.entries({ '': alone, [`, beside ${HOGS} busy loops`]: crowd }).flatMap(([where, ways]) =>
    Object.entries(ways).map(([way, lives]) => [
      `${WAYS[way].label}${where}`,
      figure(median(times(lives))),
      figure(most(times(lives))),
      figure(median(lives.map(({ exitMs }) => exitMs))),
      of(
        lives.filter(({ line }) => line),
        lives,
      ),
      of(
        lives.filter(({ profile }) => profile),
        lives,
      ),
    ]),
  )
  const note = `Line named: the innermost frame in the incident has the function, the file and the line in which the child spins.
Function in profile: it is where most samples are. V8's profiler does not know code that was compiled while its loop ran and before the profile
began, and counts its samples as the caller's: this child is such a case, and the stack tells it better.
What the system tells of a process (its state, its threads, where it sleeps, its mappings) is in the incidents of the first two: ${ofSystem(alone, crowd)}.`
  return { title: 'A child that spins: from the verdict', head, rows, note }
}

function ofSystem(...places) {
  const lives = places.flatMap(({ witness, system }) => [...witness, ...system])
  return of(
    lives.filter(({ processes }) => processes),
    lives,
  )
}

const RIVALS = {
  report: '--report-on-signal, SIGUSR2',
  profile: '--cpu-prof, SIGTERM',
  inspector: 'SIGUSR1, and its inspector from outside',
}

export function rivalTable(others) {
  const head = ['', 'written', 'after, p50 ms', 'worst ms', 'names it']
  const rows = Object.entries(others).map(([name, asked]) => {
    const written = asked.filter(({ ms }) => ms !== null)
    const ms = written.map(one => one.ms)
    const named = asked.filter(({ line }) => line)
    return [RIVALS[name], of(written, asked), figure(median(ms)), figure(most(ms)), of(named, asked)]
  })
  const note = `The same child without a watcher: from the signal until the answer is whole, waited for up to 2 s. A report is written by the loop's own turn,
and a profile at an end of the child's own: a loop that spins has neither. The inspector opens a port, and leaves the child paused.`
  return { title: 'What Node has of its own for that', head, rows, note }
}

const MB = 2 ** 20
const LIMIT_MB = 200

export function leakTable(leaked) {
  const head = ['', 'over the limit, median MB', 'most MB', 'median % of the limit']
  const rows = Object.entries(leaked).map(([way, bytes]) => {
    const mb = bytes.map(value => value / MB)
    return [LEAK_WAYS[way], figure(median(mb)), figure(most(mb)), figure((100 * median(mb)) / LIMIT_MB)]
  })
  const note = `As in the benchmark overshoot, ${leaked.off.length} runs each, in turns: \`memoryTotal\` ${LIMIT_MB} MB, \`warnDelay\` 0, all else as it comes. What evidence costs in time, such a
child uses. The default \`warnDelay\`, 1 s, lets it have more; \`memoryHard\`, by default twice the limit, ends either at once.`
  return { title: `A leak of ${RATE} MB/s while evidence is taken`, head, rows, note }
}
