/** The figures of scale, told. */
import { figure, spread } from '../lib/stats.js'

const MB = 2 ** 20
const WANTED = { quiet: 3, 'with beats': 10 }
/** A child among a thousand may cost this many times as much as one among a hundred. */
const LINEAR = 1.3

export function report(found, compiled) {
  return {
    story: story(compiled),
    tables: [steady(found), lives(found)],
    plots: plots(found),
    targets: Object.entries(WANTED).flatMap(([kind, percent]) => targets(ofKind(found, kind), kind, percent)),
    runs: 'each row is a host of its own; rounds of 3 s, three at 100 and at 1000 children and one elsewhere; medians',
    spread: `between the rounds of a row, ${worstSpread(found)} at most`,
    data: found,
  }
}

const story = compiled =>
  `One host is filled with so many children and then left alone: level \`app\`, nothing set but what is named. *Quiet* children are
\`sleep\`, which has no heartbeat; children *with beats* answer a ping every second${
    compiled
      ? `. Up to 1000 of these are a small C program that speaks the client's protocol, so that it is the watcher that is measured;
the rows *Node* show real ones`
      : ' (Node processes: there was no C compiler)'
  }. *Memory limit* is \`sleep\` with \`memoryTotal: '200MB'\`. CPU is the kernel's account of each thread, read from outside, in
percent of one core; a wake-up is a voluntary context switch of the watcher thread. Read down a column: twice the children may cost
twice as much, and no more.`

function steady(found) {
  const head = [
    'children',
    'kind',
    'watcher %',
    'µs a child a second',
    'wake-ups a second',
    'whole host %',
    'children %',
  ]
  const rows = found.map(row => [
    row.count,
    row.kind,
    figure(row.thread),
    figure(perChild(row)),
    figure(row.wakes),
    figure(row.host),
    figure(row.children),
  ])
  return { title: 'At rest, CPU in percent of one core', head, rows }
}

function lives(found) {
  const head = [
    'children',
    'kind',
    'start ms',
    'watcher CPU ms to start',
    'stop ms',
    'host MB',
    'guard MB',
    'overshoot MB',
  ]
  const rows = found.map(row => [
    row.count,
    row.kind,
    figure(row.startMs),
    figure(row.startCpuMs),
    figure(row.stopMs),
    figure(row.hostMb),
    figure(row.guardMb),
    row.overshoot === null ? '–' : figure(row.overshoot / MB),
  ])
  const note = `Started all at once; stopped by \`stop()\`, which takes one after the other, the latest first. Host MB: resident memory above
that of the same process before it imported the library. Overshoot: the most by which a child can be over its memory limit before it is
met, as \`status()\` tells it.`
  return { title: 'Starting, stopping, holding', head, rows, note }
}

function plots(found) {
  const x = { label: 'children', log: true }
  const curves = of =>
    [...new Set(found.map(row => row.kind))]
      .map(name => ({ name, points: ofKind(found, name).map(row => [row.count, of(row)]) }))
      .map(({ name, points }) => ({ name, points: points.filter(([, value]) => value > 0) }))
      .filter(({ points }) => points.length > 1)
  const all = [
    { file: 'scale-cpu.svg', title: 'CPU of the watcher thread', what: 'percent of one core', of: row => row.thread },
    { file: 'scale-wakes.svg', title: 'Wake-ups of the watcher thread', what: 'a second', of: row => row.wakes },
    {
      file: 'scale-overshoot.svg',
      title: 'Overshoot that is still promised',
      what: 'MB',
      of: row => row.overshoot / MB,
    },
  ]
  return all
    .map(({ file, title, what, of }) => {
      return { file, title, kind: 'line', x, y: { label: what, log: true }, series: curves(of) }
    })
    .filter(plot => plot.series.length > 0)
}

function targets(rows, kind, percent) {
  const most = rows.at(-1)
  const fewer = rows.find(row => row.count * 10 >= most.count)
  const growth = perChild(most) / perChild(fewer)
  return [
    {
      what: `watcher thread, ${most.count} children, ${kind}${most.count === 1000 ? '' : ' (meant for 1000)'}`,
      wanted: `under ${percent} % of a core`,
      got: `${figure(most.thread)} %`,
      held: most.thread < percent,
    },
    {
      what: `a child among ${most.count} against one among ${fewer.count}, ${kind}`,
      wanted: `at most ${LINEAR} ×`,
      got: `${figure(growth)} ×`,
      held: growth <= LINEAR,
    },
  ]
}

const ofKind = (found, kind) => found.filter(row => row.kind === kind)

/** µs of the watcher thread a second, for each child. */
const perChild = row => (row.thread * 1e4) / row.count

function worstSpread(found) {
  const shares = found.filter(row => row.threads.length > 1).map(row => spread(row.threads))
  return shares.length === 0 ? 'one round each' : `${figure(100 * Math.max(...shares))} %`
}
