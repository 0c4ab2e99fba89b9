/** What a curve is held against: limits across, rungs up and down. */
import type uPlot from 'uplot'
import type { Curve, Mark } from '../curves.js'
import { nearLimits, topOf } from '../near.js'
import { colour } from './place.js'

const FONT = '11px system-ui, sans-serif'

/** Room for the names above a line. */
export const heightOf = (curve: Curve): number => topOf(curve) * 1.12

/** Inside of the plot, in pixels of the screen. */
function within(plot: uPlot, draw: (context: CanvasRenderingContext2D, ratio: number) => void) {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height)
  ctx.clip()
  draw(ctx, devicePixelRatio)
  ctx.restore()
}

export function drawLimits(plot: uPlot, curve: Curve) {
  within(plot, (context, ratio) => {
    context.strokeStyle = context.fillStyle = colour('limit')
    context.lineWidth = 1.5 * ratio
    context.setLineDash([6 * ratio, 4 * ratio])
    context.font = scaled(ratio)
    context.textAlign = 'left'
    context.textBaseline = 'alphabetic'
    for (const { value, label } of nearLimits(curve)) {
      const y = plot.valToPos(value, 'y', true)
      line(context, plot.bbox.left, y, plot.bbox.left + plot.bbox.width, y)
      context.fillText(label.split(' ')[0] ?? '', plot.bbox.left + 6 * ratio, y - 5 * ratio)
    }
  })
}

/** Names that would stand on each other stand together, over the last of them. */
export function drawMarks(plot: uPlot, marks: readonly Mark[]) {
  within(plot, (context, ratio) => {
    const { bbox } = plot
    context.strokeStyle = context.fillStyle = colour('rung')
    context.lineWidth = ratio
    context.font = scaled(ratio)
    context.textAlign = 'right'
    context.textBaseline = 'alphabetic'
    const seen = marks.map(({ seconds, label }) => ({ x: plot.valToPos(seconds, 'x', true), label }))
    const shown = seen.filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width)
    for (const { x } of shown) line(context, x, bbox.top, x, bbox.top + bbox.height)
    for (const { x, label } of together(shown, text => context.measureText(text).width + 8 * ratio))
      context.fillText(label, x + 2 * ratio, bbox.top - 5 * ratio)
  })
}

interface Name {
  readonly x: number
  readonly label: string
}

function together(names: readonly Name[], widthOf: (text: string) => number): Name[] {
  const [last, ...others] = [...names].reverse()
  if (last === undefined) return []
  const found: Name[] = [last]
  for (const { x, label } of others) {
    const next = found.at(-1) as Name
    if (x > next.x - widthOf(next.label)) found[found.length - 1] = { x: next.x, label: `${label}, ${next.label}` }
    else found.push({ x, label })
  }
  return found
}

const scaled = (ratio: number): string => FONT.replace(/^\d+/, size => String(Number(size) * ratio))

function line(context: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number) {
  context.beginPath()
  context.moveTo(fromX, fromY)
  context.lineTo(toX, toY)
  context.stroke()
}
