/** A curve as a chart of characters: the limit is a line of its own, the rungs are marked across it. */
import plot from 'simple-ascii-chart'
import { type Curve, formatIn, type Mark, type Point } from '../curves.js'
import type { LimitLine } from '../limit-lines.js'
import { limitWords, nearLimits, topOf } from '../near.js'
import type { Paint } from '../paint.js'
import { columnOf, runsOf, type Span } from './columns.js'
import { nearestStep, ticksUpTo } from './ticks.js'

const ROWS = 8
const LABEL_CHARS = 8
/** The axis, and room for its labels. */
const FRAME_CHARS = LABEL_CHARS + 3
const SYMBOLS = {
  axis: { n: '│', ns: '│', y: '┤', nse: '└', x: '┬', we: '─', e: '─' },
  chart: { we: '─', wns: '╮', ns: '│', nse: '╰', wsn: '╯', sne: '╭' },
  thresholds: { x: '╌', y: '┊' },
}

/** Its title with the limits, and the chart under it. */
export function chartOf(
  curve: Curve,
  { from, to }: Span,
  marks: readonly Mark[],
  columns: number,
  paint: Paint,
): string {
  const width = Math.max(20, columns - FRAME_CHARS)
  const shown = { ...curve, points: curve.points.filter(([seconds]) => seconds >= from && seconds <= to) }
  const near = nearLimits(shown)
  const top = topOf(shown) * 1.05
  const times = new Map(timesOf({ from, to }).map(seconds => [columnOf(seconds, { from, to }, width), seconds]))
  const drawn = plot(seriesOf(shown.points, { from, to }, width, near), {
    width,
    height: ROWS,
    yRange: [0, top],
    symbols: SYMBOLS,
    thresholds: [
      ...near.map(({ value }) => ({ y: value })),
      ...marks.map(({ seconds }) => ({ x: columnOf(seconds, { from, to }, width) })),
    ],
    customYAxisTicks: ticksUpTo(top, curve.unit === 'bytes'),
    customXAxisTicks: [...times.keys()],
    formatter: (value, { axis }) =>
      axis === 'y'
        ? formatIn(curve.unit, value).padStart(LABEL_CHARS)
        : `${Math.round(from + (value / (width - 1)) * (to - from))} s`,
  })
  return [title(shown, paint), coloured(drawn, paint)].join('\n')
}

function title(curve: Curve, paint: Paint): string {
  const told = limitWords(curve)
  return `${paint('bold', curve.title)}${told === '' ? '' : paint('dim', `  ╌ ${told}`)}`
}

/** The chart spans what its series span, so one point stands at each end: where a limit's line will cover it. */
function seriesOf(points: readonly Point[], span: Span, width: number, limits: readonly LimitLine[]) {
  const height = limits[0]?.value ?? 0
  const runs = runsOf(points, span, width)
  return [...runs, [[0, height]], [[width - 1, height]]] as [number, number][][]
}

/** Round times within the span, 0 among them. */
function timesOf({ from, to }: Span): number[] {
  const step = nearestStep((to - from) / 5, [1, 2, 5, 10, 15, 30, 60, 120, 300])
  const first = Math.ceil(from / step)
  const count = Math.floor(to / step) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, n) => (first + n) * step)
}

/** Limits red, rungs yellow, the curve bright: all else is frame. All axes stand in one column. */
function coloured(drawn: string, paint: Paint): string {
  const rows = drawn.split('\n').filter(row => row.trim() !== '')
  const axis = Math.max(0, rows[0]?.search(/[│┤]/) ?? 0)
  return rows
    .map(row => {
      const [label, chart] = [row.slice(0, axis + 1), row.slice(axis + 1).trimEnd()]
      const isCurve = /[│┤]$/.test(label)
      const painted = chart.replace(/╌+|┊|[─╮│╰╯╭]+/g, part => paint(colourOf(part), part))
      return `${' '.repeat(Math.max(0, LABEL_CHARS - axis))}${label}${isCurve ? painted : chart}`
    })
    .join('\n')
}

const colourOf = (part: string) => (part.startsWith('╌') ? 'red' : part === '┊' ? 'yellow' : 'cyan')
