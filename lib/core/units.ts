/** Sizes, durations and shares as people write them. Inside, numbers are bytes, milliseconds and percent of all cores. */
import bytes from 'bytes'
import ms from 'ms'

export type Unit = 'bytes' | 'ms' | 'percent' | 'count'

// Text needs a unit: a bare '300' could be bytes or megabytes, and a wrong guess kills a healthy process. `ms` rejects everything
// else that is not a duration. `bytes` is lenient (it reads '300xyz' as 300 and accepts signs), so SIZE checks the form first.
const UNIT = /[a-z]/i
const SIZE = /^(\d+(?:\.\d+)?) *(?:([kmgt])i?b?|b)$/i
const PERCENT = /^(\d+(?:\.\d+)?) *%$/
const CORES = /^(\d+(?:\.\d+)?) *cores?$/i

function amount(value: unknown): number | null {
  return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : null
}

/** Milliseconds from a number of ms or a string such as `'12s'`; null where it is neither. */
export function parseDuration(value: unknown): number | null {
  if (typeof value !== 'string') return amount(value)
  const text = value.trim()
  return UNIT.test(text) ? amount(ms(text as ms.StringValue)) : null
}

/** Whole bytes from a number of bytes or a string such as `'300MB'`, where 1 KB is 1024 B; null where it is neither. */
export function parseSize(value: unknown): number | null {
  if (typeof value !== 'string') {
    const size = amount(value)
    return size === null ? null : Math.floor(size)
  }
  const match = SIZE.exec(value.trim())
  return match && amount(bytes.parse(`${match.slice(1).join('')}B`))
}

/** 80 from `'80%'`; null for anything else, numbers included. */
export function parsePercent(value: unknown): number | null {
  const match = typeof value === 'string' && PERCENT.exec(value.trim())
  return match ? amount(Number(match[1])) : null
}

/** Percent of all cores, at most 100 as in osquery, from a number of percent, `'10%'` or `'0.5 core'`; null for anything else. */
export function parseUtilization(value: unknown, cores: number): number | null {
  const match = typeof value === 'string' && CORES.exec(value.trim())
  const percent = match ? amount((Number(match[1]) / cores) * 100) : (amount(value) ?? parsePercent(value))
  return percent === null ? null : Math.min(percent, 100)
}

/** `612.3 MB`; `off` for Infinity. */
export function formatBytes(size: number): string {
  return bytes.format(size, { decimalPlaces: 1, unitSeparator: ' ' }) ?? 'off'
}

// Seconds up to two minutes, and so on: `ms` would round 1.5 s to 2 s and 90 s to 2 min, too coarse beside a limit.
const SPANS = [
  { from: 7_200_000, size: 3_600_000, name: 'h' },
  { from: 120_000, size: 60_000, name: 'min' },
  { from: 1_000, size: 1_000, name: 's' },
] as const
const MILLISECONDS = { size: 1, name: 'ms' } as const

const oneDecimal = (value: number) => String(Math.round(value * 10) / 10)

/** `12 s`, `1.5 s`, `3 min`; `off` for Infinity. */
export function formatMs(duration: number): string {
  if (!Number.isFinite(duration)) return 'off'
  const span = SPANS.find(({ from }) => Math.abs(duration) >= from) ?? MILLISECONDS
  return `${oneDecimal(duration / span.size)} ${span.name}`
}

/** A limit's number in the words of its unit: `300 MB`, `12 s`, `10 %`, `5`; `off` for Infinity. */
export function formatValue(unit: Unit, value: number): string {
  if (!Number.isFinite(value)) return 'off'
  if (unit === 'bytes') return formatBytes(value)
  if (unit === 'ms') return formatMs(value)
  return unit === 'percent' ? `${oneDecimal(value)} %` : String(value)
}
