/** From the figures to a result: tables, plots, targets, and what to keep. */
import { figure, median, summary } from '../lib/stats.js'
import { LIMIT_MB, MB, MOST_MB } from './leakers.js'
import { targets } from './targets.js'

/** No bar and no point of a logarithmic scale can be at nought. */
const LEAST = 0.1

const STORY = `A Node child is quiet, and then leaks so many megabytes a second (of 2^20 bytes, pages really touched) past a limit of ${LIMIT_MB} MB. It keeps a
record of its resident size that outlives it, so what it held at its death is known to a quarter of a megabyte. The limit is passed at chosen
points between two looks of whoever watches, evenly spread: the median is that of all times at which a leak may begin. Leaks end by themselves
after ${MOST_MB} MB: \`>\` means that nobody had stopped it by then.

The cost is the CPU time of the whole process that watches, its main thread and thread pool included; an empty Node process stands beside them.
For osqwatch the watcher thread alone is told as well. What watching does inside of a child is not in it (the benchmark \`tax\` has that).

The CPU targets are missed, and cannot be met with these looks: 160 MB of room ask for more than six looks a second, a poll every 500 ms looks
twice. What a wake-up of the thread costs before it does anything is most of the cost of each look (see *An empty timer* above), so that three
times as many looks cost about twice as much. \`memoryGrowth\` and \`overhead\` buy it back.`

export function tell({ rivals, quiet, leaks, plan }) {
  const { rates } = plan
  return {
    story: STORY,
    tables: [overTable(rivals, leaks, rates), costTable(rivals, quiet, leaks, plan), configTable(rivals)],
    plots: [overPlot(rivals, leaks, rates), costPlot(rivals, quiet)],
    targets: targets({ quiet, leaks, rates, many: plan.many }),
    rivals: ['pidusage', 'pm2'],
    runs: `${plan.runs} leaks a rate of osqwatch and of pidusage every 500 ms, ${plan.fewRuns} of the others, 1 of pm2 as it comes; those of 20 MB/s side by side, but for osqwatch's, and those of 100 MB/s of who looks once a second or more rarely; quiet children for ${plan.quietMs / 1000} s, side by side`,
    spread: 'in the tables, from the least to the most of the runs',
    data: { quiet, leaks },
  }
}

/** On a busy machine a leak falls behind, and then catches up in a burst. */
function pace(leaks) {
  const { min, median: middle } = summary(leaks.map(({ share }) => share * 100))
  return `The leaks reached ${figure(middle)} % of their rate at the median, the slowest of them ${figure(min)} %.`
}

const of = (leaks, { name }, rate) => leaks.filter(leak => leak.name === name && leak.rate === rate)

const overMb = leaks => leaks.map(({ over }) => over / MB)

function overTable(rivals, leaks, rates) {
  const cell = (rival, rate) => {
    const some = of(leaks, rival, rate)
    return some.length === 0 ? '–' : overText(some)
  }
  return {
    title: `Over the limit when it was stopped: MB, and % of ${LIMIT_MB} MB`,
    head: ['', ...rates.map(rate => `${rate} MB/s`)],
    rows: rivals
      .filter(({ quietOnly }) => !quietOnly)
      .map(rival => [rival.name, ...rates.map(rate => rival.missing ?? cell(rival, rate))]),
    note: `Median, and in brackets the least and the most. ${pace(leaks)}`,
  }
}

function overText(some) {
  const { median: middle, min, max, runs } = summary(overMb(some))
  const more = some.filter(({ isFull }) => isFull).length > some.length / 2 ? '> ' : ''
  const range = runs > 1 ? ` (${figure(min)} to ${figure(max)})` : ''
  return `${more}${figure(middle)} MB, ${more}${figure((middle / LIMIT_MB) * 100)} %${range}`
}

function costTable(rivals, quiet, leaks, { many, rates }) {
  const measured = (name, count) => quiet.find(row => row.name === name && row.count === count)
  const cell = (name, count) => {
    const row = measured(name, count)
    if (row === undefined) return '–'
    return Number.isNaN(row.threadMs)
      ? figure(row.processMs)
      : `${figure(row.processMs)} (thread ${figure(row.threadMs)})`
  }
  const slowest = Math.min(...rates)
  const leaking = rival => {
    const some = of(leaks, rival, slowest)
    return some.length === 0 ? '–' : figure(median(some.map(({ cpuMs, ms }) => (cpuMs / ms) * 60_000)))
  }
  const shown = rivals.filter(({ missing }) => missing === undefined)
  return {
    title: 'CPU of the watching process, ms a minute',
    head: ['', '1 quiet child', `${many} quiet children`, `1 that leaks ${slowest} MB/s`],
    rows: shown.map(rival => [rival.name, cell(rival.name, 1), cell(rival.name, many), leaking(rival)]),
    note: 'Of a leak: from its first byte to its end, the end itself (signal, reaping, the telling of it) included.',
  }
}

const configTable = rivals => ({
  title: 'How each was told to watch',
  head: ['', 'Configuration'],
  rows: rivals.map(({ name, config }) => [name, config]),
})

function overPlot(rivals, leaks, rates) {
  const points = rival =>
    rates.flatMap(rate => {
      const some = of(leaks, rival, rate)
      if (some.length === 0) return []
      return [[rate, Math.max(LEAST, (median(overMb(some)) / LIMIT_MB) * 100)]]
    })
  return {
    file: 'overshoot.svg',
    title: `Over a limit of ${LIMIT_MB} MB when it was stopped`,
    kind: 'line',
    x: { label: 'leak, MB a second', log: true },
    y: { label: '% of the limit', log: true },
    series: rivals.map(rival => ({ name: rival.name, points: points(rival) })).filter(line => line.points.length > 0),
    note: `Medians; lower is better. A leak ends by itself ${MOST_MB} MB later: the highest points may stand for more.`,
  }
}

function costPlot(rivals, quiet) {
  const points = rivals
    .filter(({ unplotted }) => !unplotted)
    .flatMap(({ name }) => {
      const row = quiet.find(found => found.name === name && found.count === 1)
      return row === undefined ? [] : [[name, Math.max(1, row.processMs)]]
    })
  return {
    file: 'overshoot-cost.svg',
    title: 'What watching one quiet child costs',
    kind: 'bar',
    x: { label: '' },
    y: { label: 'CPU of the watching process, ms a minute', log: true },
    series: [{ name: 'one quiet child', points }],
    note: 'Lower is better.',
  }
}
