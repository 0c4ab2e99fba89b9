/** One limit as somebody wrote it, read by its row of the table. */
import { LIMITS, OFF } from './limit-table.js'
import type { LimitName } from './model.js'
import { formatValue, parseDuration, parsePercent, parseSize, parseUtilization } from './units.js'
import { anyOf } from './words.js'

/** What a share is a share of. */
export interface Machine {
  /** min(available parallelism, cgroup quota) */
  readonly cores: number
  /** Bytes that the process may use: the cgroup's limit, else RAM. */
  readonly memoryBytes: number
}

/** The limit's number in its unit; null where the value is not one that the limit takes. */
export function readLimit(name: LimitName, value: unknown, machine: Machine): number | null {
  const { words, min } = LIMITS[name]
  if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value] ?? null
  const number = parse(name, value, machine)
  return number === null || number < min ? null : number
}

function parse(name: LimitName, value: unknown, machine: Machine): number | null {
  switch (LIMITS[name].unit) {
    case 'ms':
      return parseDuration(value)
    case 'percent':
      return parseUtilization(value, machine.cores)
    case 'count':
      return Number.isSafeInteger(value) ? (value as number) : null
    case 'bytes':
      return parseSize(value) ?? (name === 'memoryTotal' ? shareOf(machine.memoryBytes, value) : null)
  }
}

function shareOf(memoryBytes: number, value: unknown): number | null {
  const percent = parsePercent(value)
  return percent === null || percent > 100 ? null : Math.floor((memoryBytes * percent) / 100)
}

const FORMS = {
  ms: ['milliseconds as a number', "a duration such as '12s'"],
  bytes: ['bytes as a number', "a size such as '300MB'"],
  percent: ['percent of all cores as a number', "'10%'", "'0.5 core'"],
  count: ['a whole number'],
} as const

/** What the limit takes, for the message about a value that it does not take. `text`: only counts can be numbers there. */
export function limitTakes(name: LimitName, text = false): string {
  const { unit, min, words } = LIMITS[name]
  const forms = text && unit !== 'count' ? FORMS[unit].slice(1) : FORMS[unit]
  const share = name === 'memoryTotal' ? ["a share such as '80%'"] : []
  const least = unit === 'percent' ? 'more than 0' : `at least ${formatValue(unit, min)}`
  return `${anyOf([...forms, ...share, ...Object.keys(words).map(word => `'${word}'`)])}; ${least}`
}

/** A limit's value as a message shows it: `300 MB`, `12 s`, `off`. */
export function formatLimit(name: LimitName, value: number): string {
  if (name === 'respawnMinUptime' && value === OFF) return 'any'
  return formatValue(LIMITS[name].unit, value)
}
