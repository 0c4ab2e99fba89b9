/** The figures of register, told. */
import { figure, median, quantile, spread } from '../lib/stats.js'

const RATIO = 2
const EXTRA = 1

const story = `An app that knows nothing of osqwatch is started as it is, and with \`--import osqwatch/register\`, by which it becomes the
supervised worker of a host in front of it. Time is from the start of the process to the app's first line on stdout, seen from outside.
Memory is the proportional size (Pss) of all processes together, 1.5 s later, so that the pages of Node that both processes share count once.`

export function report(found) {
  const apps = Object.entries(found)
  return {
    story,
    tables: [times(apps), sizes(apps)],
    plots: [],
    targets: apps.flatMap(targetsOf),
    runs: `${apps[0][1].bare.length} starts of each, in turns, medians`,
    spread: apps
      .map(([app, { register }]) => `${app}: half of the starts lie within ${figure(100 * spread(ms(register)))} %`)
      .join('; '),
    data: found,
  }
}

function times(apps) {
  const head = ['app', 'bare, ms', 'register, ms', '× bare', 'fastest of both, ms']
  const rows = apps.map(([app, { bare, register }]) => [
    app,
    figure(median(ms(bare))),
    figure(median(ms(register))),
    figure(median(ms(register)) / median(ms(bare))),
    `${figure(quantile(ms(bare), 0))}, ${figure(quantile(ms(register), 0))}`,
  ])
  return { title: 'Start to the first line', head, rows }
}

function sizes(apps) {
  const head = ['app', 'bare, MB', 'register, MB', 'more, MB', 'processes']
  const rows = apps.map(([app, { bare, register }]) => [
    app,
    figure(median(pss(bare))),
    figure(median(pss(register))),
    figure(median(pss(register)) - median(pss(bare))),
    register.at(-1).processes.join(', '),
  ])
  return { title: 'All processes together', head, rows }
}

function targetsOf([app, { bare, register }]) {
  const ratio = median(ms(register)) / median(ms(bare))
  const extra = median(counts(register)) - median(counts(bare))
  return [
    {
      what: `${app}: time to its first line`,
      wanted: `at most ${RATIO} × bare`,
      got: `${figure(ratio)} ×`,
      held: ratio <= RATIO,
    },
    { what: `${app}: processes besides its own`, wanted: `at most ${EXTRA}`, got: String(extra), held: extra <= EXTRA },
  ]
}

const ms = starts => starts.map(start => start.ms)
const pss = starts => starts.map(start => start.pss / 1024)
const counts = starts => starts.map(start => start.processes.length)
