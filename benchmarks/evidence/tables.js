/** The figures of evidence, in tables. */
import { figure, mean, median, quantile } from '../lib/stats.js'
import { HOGS, WAYS } from './ladder.js'
import { LOOK_OF, sharePercent, times } from './targets.js'

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

const CHILD_WAYS = {
  bare: 'bare Node',
  client: 'the client',
  witness: 'the client and its witness',
  report: '--report-on-signal',
  profile: '--cpu-prof',
}

export function witnessTable(found) {
  const head = ['the child has', 'first line, ms', 'CPU until 2 s, ms', 'Pss, KB', 'private dirty, KB']
  const row = (label, field) => [label, ...['firstMs', 'cpuMs', 'pss', 'dirty'].map(name => figure(field(name)))]
  const middle = way => name => median(found[way].map(start => start[name]))
  const rows = Object.entries(CHILD_WAYS).map(([way, label]) => row(label, middle(way)))
  rows.splice(
    3,
    0,
    row('the witness alone', name => middle('witness')(name) - middle('client')(name)),
  )
  const note = `${found.bare.length} starts each, in turns, medians. The app says a line and then does nothing; memory and CPU are read 2 s after its start.
Pss: shared pages divided among those who share them.`
  return { title: 'What a witness costs its child', head, rows, note }
}

const RECORDED = {
  sample: ['sample', 'a look: CPU and memory'],
  look: ['look', 'a look at memory alone'],
  beat: ['beat', 'a look, and the pulse of a child with a heartbeat'],
}

export function recorderTable({ ns: { recorded, looked }, garbage }) {
  const head = ['call', 'ns', 'garbage, bytes', 'it notes', 'which takes, ns', 'share %']
  const rows = Object.entries(RECORDED).map(([name, [call, notes]]) => [
    call,
    figure(median(recorded[name])),
    figure(garbage[name] - garbage.nothing),
    notes,
    figure(median(looked[LOOK_OF[name]])),
    figure(sharePercent(recorded, looked, name)),
  ])
  const note = `Back to back, in turns, in one process, medians of ${recorded.sample.length} rounds. Both have their caches warm, which at a real pace neither has.`
  return { title: "The recorder's calls on the watcher's thread", head, rows, note }
}

export function bytesTable(bytes) {
  const head = ['interval', 'rings, KB', 'heap besides, KB', 'in all, KB', 'with 96 events told, KB']
  const kb = value => figure(value / 1024)
  const rows = Object.entries(bytes)
    .toSorted(([one], [other]) => other - one)
    .map(([ms, { empty, full }]) => [
      `${ms / 1000} s`,
      kb(empty.external),
      kb(empty.heap),
      kb(empty.external + empty.heap),
      kb(full.external + full.heap),
    ])
  return { title: 'Its memory, a child', head, rows }
}

export function deathTable({ on, off }) {
  const head = ['', 'p50', 'mean', 'worst', 'the first']
  const row = (label, { lives }, field) => [label, ...columns(lives.map(life => life[field] / 1000))]
  const rows = [
    row('thread, incidents', on, 'thread'),
    row('thread, incidents: false', off, 'thread'),
    row('whole host, incidents', on, 'process'),
    row('whole host, incidents: false', off, 'process'),
  ]
  const note = `CPU ms a life of \`sh -c 'exit 1'\`, its start included, ${on.lives.length} of each, the two hosts side by side; ${on.written} incidents were written.
Writing the file and keeping the folder's bounds is the work of the pool's threads: it is in the whole host's.`
  return { title: 'What a death costs the watcher', head, rows, note }
}

const STDERR = {
  none: 'stderr not piped',
  lines: '64 KB of lines on stderr',
  sly: '64 KB on stderr, written to make the search for secrets long',
}

export function wholeTable(whole) {
  const head = ['the child had', 'JSON, KB', 'p50 ms', 'mean ms', 'worst ms', 'the first, ms']
  const rows = Object.entries(whole).map(([kind, { ms, bytes }]) => [
    STDERR[kind],
    figure(bytes / 1024),
    ...columns(ms),
  ])
  const note = `The record of a child that has lived for ten minutes and then spun: all rings full, evidence as it was taken in this run. Made, masked and put into
text in a process of its own, as the watcher's thread does it in one go; wall ms, ${whole.none.ms.length} of each, ${whole.sly.ms.length} of the last.`
  return { title: 'The largest record', head, rows, note }
}

const columns = ms => [median(ms), mean(ms), most(ms), ms[0]].map(figure)
