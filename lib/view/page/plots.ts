/** Curves over time: limits as lines, rungs as marks, one cursor for all. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Curve, Mark } from '../curves.js'
import { axesOf, formatted } from './axes.js'
import { drawLimits, drawMarks, heightOf } from './lines.js'
import { colour, place, whenOther } from './place.js'

const HEIGHT = 200
/** Left of it: all plots begin at one line. */
const MARGIN = 64

export function drawPlots(curves: readonly Curve[], marks: readonly Mark[]) {
  const span = spanOf(curves, marks)
  for (const curve of curves) {
    const parent = place('data-plot', curve.name)
    if (parent === null) continue
    let plot = draw(parent, curve, marks, span)
    whenOther(parent, () => {
      plot.destroy()
      plot = draw(parent, curve, marks, span)
    })
  }
}

/** All plots show the same time. */
function spanOf(curves: readonly Curve[], marks: readonly Mark[]): [number, number] {
  const times = [
    ...curves.flatMap(({ points }) => points.map(([seconds]) => seconds)),
    ...marks.map(mark => mark.seconds),
  ]
  const [from, to] = [Math.min(...times), Math.max(...times, 0)]
  const spare = Math.max(0.5, (to - from) / 60)
  return [from, to + spare]
}

function draw(parent: HTMLElement, curve: Curve, marks: readonly Mark[], [from, to]: [number, number]): uPlot {
  const readout = place('data-readout', curve.name)
  const options: uPlot.Options = {
    width: parent.clientWidth,
    height: HEIGHT,
    padding: [18, 8, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'incident' }, points: { size: 7, fill: colour(curve.name) } },
    scales: {
      x: { time: false, range: (_, low, high) => (low === null || high - low < 0.2 ? [from, to] : [low, high]) },
      y: { range: () => [0, heightOf(curve)] },
    },
    axes: axesOf(curve, MARGIN),
    series: [
      {},
      {
        stroke: colour(curve.name),
        fill: colour(`${curve.name}-area`),
        width: 2,
        points: { show: true, filter: alone },
      },
    ],
    hooks: {
      draw: [plot => drawLimits(plot, curve), plot => drawMarks(plot, marks)],
      setCursor: [
        ({ cursor, data }) => {
          if (readout === null) return
          const [seconds, value] = [data[0][cursor.idx ?? -1], data[1]?.[cursor.idx ?? -1]]
          readout.textContent =
            seconds == null || value == null ? '' : `${formatted(curve.unit, value)} at ${seconds.toFixed(1)} s`
        },
      ],
    },
  }
  const columns = [
    [from, ...curve.points.map(point => point[0]), to],
    [null, ...curve.points.map(point => point[1]), null],
  ]
  return new uPlot(options, columns as uPlot.AlignedData, parent)
}

/** So few that each is worth to be seen. */
const FEW = 16

/** Which points are shown by themselves: a line needs two that stand beside each other. */
function alone({ data }: uPlot, series: number): number[] {
  const values = data[series] ?? []
  const known = [...values.keys()].filter(n => values[n] != null)
  return known.length < FEW ? known : known.filter(n => values[n - 1] == null && values[n + 1] == null)
}
