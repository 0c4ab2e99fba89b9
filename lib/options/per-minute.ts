/** How much may be done within any minute, over all children. */
export const DEFAULT_PER_MINUTE = 60
export const PER_MINUTE_TAKES = "a whole number or 'off'; at least 1"

/** `Infinity` where there is no bound; null where it is none. */
export function readPerMinute(value: unknown): number | null {
  if (value === undefined) return DEFAULT_PER_MINUTE
  if (value === 'off') return Infinity
  return Number.isSafeInteger(value) && (value as number) >= 1 ? (value as number) : null
}
