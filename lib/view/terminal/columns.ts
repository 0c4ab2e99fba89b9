/** Many points → as many columns as a chart has: the worst of each, and straight lines where there is none. */
import type { Point } from '../curves.js'

export interface Span {
  readonly from: number
  readonly to: number
}

export function columnOf(seconds: number, { from, to }: Span, width: number): number {
  const share = to === from ? 1 : (seconds - from) / (to - from)
  return Math.max(0, Math.min(width - 1, Math.round(share * (width - 1))))
}

/** What hangs together, as points of column and value. */
export function runsOf(points: readonly Point[], span: Span, width: number): [number, number][][] {
  const runs: [number, number][][] = [[]]
  for (const [seconds, value] of points) {
    const run = runs.at(-1) as [number, number][]
    if (value === null) {
      if (run.length > 0) runs.push([])
      continue
    }
    const column = columnOf(seconds, span, width)
    const last = run.at(-1)
    if (last?.[0] === column) last[1] = Math.max(last[1], value)
    else run.push([column, value])
  }
  return runs.filter(run => run.length > 0)
}
