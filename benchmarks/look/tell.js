/** From the figures to a result: tables, plots, targets, and what to keep. */
import { figure, median, spread, summary } from '../lib/stats.js'
import { floorTargets, heapTargets, paceTargets } from './targets.js'
import { FLOORS, WAYS } from './ways.js'

const HEADS = { 1: '1 process', fat: 'a fat one' }
const RIVALS = ['pidusage', 'systeminformation']

const STORY = `One look tells CPU time and resident memory of a set of processes. Each way of looking runs in a process of its own, and all look at
the same processes: 1 to 1000 that sleep, and a fat one (64 threads, 1 GiB). What counts is the CPU of the whole process, its thread pool and
the processes that it starts included: that is what an application pays.

*Back to back* is the cost of the reading itself. It flatters, as everything is in the caches. *At a real pace* a timer fires every 50 ms or every
second and the looks find their caches cold; the cost of the same timer doing nothing, measured by turns with it in the same process, is taken
off. The floor is a program in C that reads the same files from descriptors that it keeps, and does not even parse them.

*look* tells what the rivals tell. *memory only* is what most of the watcher's looks are. *look and pulse* is all that it reads of a child with a
heartbeat. *look at a tree* counts descendants, too, which the rivals do not. pidusage reads stat alone, and its memory is the rough figure that
stands there; so the like-for-like line is *stat alone*, and the exact memory of a *look* (statm) comes on top.
ps and systeminformation walk all processes of the machine, whatever they are asked for: in the paced runs, that is all of the above at once.`

export function tell({ jobs, garbage, counts, fat, rounds, paces, looks, hasFloor }) {
  const scenarios = [...counts.map(String), ...(fat ? ['fat'] : [])]
  const views = [
    { title: 'Back to back', file: 'look-back-to-back.svg', of: job => job.burst },
    ...Object.keys(paces).map(ms => ({
      title: `Every ${ms} ms, net of an empty timer`,
      file: `look-${ms}ms.svg`,
      of: job => job.paced[ms]?.net,
    })),
  ]
  const floorNote = hasFloor ? '' : ' There is no C compiler here: the floor was not measured.'
  return {
    story: STORY,
    tables: [
      ...views.map(view => costTable(view, jobs, scenarios, floorNote)),
      emptyTable(jobs, Object.keys(paces)),
      garbageTable(garbage, looks),
    ],
    plots: views.map(view => costPlot(view, jobs)),
    targets: [
      ...floorTargets(jobs, hasFloor),
      ...paceTargets(jobs, Object.keys(paces), counts),
      ...heapTargets(garbage, looks),
    ],
    rivals: RIVALS,
    runs: `medians of ${rounds} rounds back to back${Object.entries(paces).map(pacedRuns).join('')}; the ways take turns in every round`,
    spread: spreads(jobs, views),
    data: { looks: jobs.map(kept), garbage },
  }
}

const pacedRuns = ([ms, { ticks, rounds }]) => `, of ${rounds} of ${ticks} looks every ${ms} ms`

const labels = Object.entries({ ...WAYS, ...FLOORS }).map(([way, { label }]) => ({ way, label }))

function costTable({ title, of }, jobs, scenarios, floorNote) {
  const cell = (way, scenario) => {
    const values = jobs.filter(job => job.way === way && job.scenario === scenario).map(of)[0]
    return values ? figure(median(values)) : '–'
  }
  return {
    title: `${title}: µs of CPU a process a look`,
    head: ['', ...scenarios.map(scenario => HEADS[scenario] ?? `${scenario} processes`)],
    rows: labels
      .map(({ way, label }) => [label, ...scenarios.map(scenario => cell(way, scenario))])
      .filter(([, ...cells]) => cells.some(text => text !== '–')),
    note: `–: not asked, or it cannot keep the pace.${floorNote}`,
  }
}

function costPlot({ title, file, of }, jobs) {
  const pointsOf = way =>
    jobs
      .filter(job => job.way === way && job.scenario !== 'fat' && of(job))
      .map(job => [job.count, median(of(job))])
      // Next to nothing may come out below it, and has no place on this scale.
      .filter(([, cost]) => cost > 0)
  return {
    title,
    file,
    kind: 'line',
    x: { label: 'processes looked at', log: true },
    y: { label: 'µs of CPU a process a look', log: true },
    series: labels
      .map(({ way, label }) => ({ name: label, dashed: way in FLOORS, points: pointsOf(way) }))
      .filter(({ points }) => points.length > 0),
  }
}

/** What the net figures are net of. */
function emptyTable(jobs, paces) {
  const of = (ways, ms) => jobs.filter(job => job.way in ways).flatMap(job => job.paced[ms]?.empty ?? [])
  const row = (name, ways) => [name, ...paces.map(ms => figure(median(of(ways, ms))))]
  return {
    title: 'An empty timer: µs of CPU a tick',
    head: ['', ...paces.map(ms => `every ${ms} ms`)],
    rows: [row('Node', WAYS), row('C', FLOORS)].filter(([, ...cells]) => cells.some(text => text !== '–')),
    note: 'Waking up costs more than a few looks: it pays to share the wake-ups.',
  }
}

function garbageTable(garbage, looks) {
  return {
    title: `Garbage of ${looks.toLocaleString('en')} looks at one process`,
    head: ['', 'heap growth', 'the same without looks', 'thrown away a look', 'collections'],
    rows: garbage.map(({ way, looks: seen, control }) => [
      WAYS[way].label,
      `${figure(seen.growth / 1024)} KiB`,
      `${figure(control.growth / 1024)} KiB`,
      `${figure(seen.thrownAway)} bytes`,
      seen.collections,
    ]),
  }
}

function spreads(jobs, views) {
  const typical = ({ title, of }) => {
    const all = jobs.flatMap(job => (of(job) ? [spread(of(job))] : []))
    return `${title.toLowerCase()} ${figure(median(all) * 100)} %`
  }
  return `the middle half of the rounds lies within so much of the median, typically: ${views.map(typical).join('; ')}`
}

function kept({ way, label, scenario, count, burst, paced }) {
  const figures = Object.entries(paced).map(([ms, { gross, empty, net }]) => [
    ms,
    { grossUsATick: summary(gross), emptyUsATick: summary(empty), netUsAProcess: summary(net) },
  ])
  return { way, label, scenario, count, backToBackUs: summary(burst), pacedByMs: Object.fromEntries(figures) }
}
