/** The part of one core that looking at memory may cost. */
import { parsePercent } from '../core/units.js'

export const DEFAULT_OVERHEAD = 0.01
export const OVERHEAD_TAKES = "percent of one core as a number, '0.5%' or 'off'; more than 0, at most 100"

/** Percent of one core → its part; null where it is none. */
export function readOverhead(value: unknown): number | null {
  if (value === undefined) return DEFAULT_OVERHEAD
  if (value === 'off') return Infinity
  const percent = typeof value === 'number' ? value : parsePercent(value)
  return percent !== null && percent > 0 && percent <= 100 ? percent / 100 : null
}
