/** Which limits a curve can be drawn with: one that is far above would press it flat, and is told instead. */
import type { Curve } from './curves.js'
import type { LimitLine } from './limit-lines.js'

/** Times the highest of the curve. The first limit matters most. */
const FAR = 4
const FURTHER = 1.3
/** So that an idle life is not blown up to a mountain range. */
const LEAST = { bytes: 1_048_576, percent: 10, ms: 100 } as const

export const highestOf = ({ points, unit }: Curve): number =>
  points.reduce<number>((most, [, value]) => Math.max(most, value ?? 0), LEAST[unit])

export function nearLimits(curve: Curve): readonly LimitLine[] {
  const highest = highestOf(curve)
  return curve.limits.filter(({ value }, n) => value <= highest * (n === 0 ? FAR : FURTHER))
}

/** What the axis has to reach. */
export const topOf = (curve: Curve): number =>
  Math.max(highestOf(curve), ...nearLimits(curve).map(({ value }) => value))

/** The limits in words. */
export function limitWords(curve: Curve): string {
  const near = nearLimits(curve)
  return curve.limits.map(limit => `${limit.label}${near.includes(limit) ? '' : ', above this plot'}`).join('; ')
}
