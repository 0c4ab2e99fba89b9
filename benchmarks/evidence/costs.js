/** What evidence costs while nothing happens, and at the end of a life, in tables. */
import { figure, mean, median, quantile } from '../lib/stats.js'
import { LOOK_OF, sharePercent } from './targets.js'

const most = values => quantile(values, 1)

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
    figure(Math.max(0, garbage[name] - garbage.nothing)),
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
