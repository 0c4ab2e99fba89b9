/** The Policy of a recorded life: limits that are resolved already, with heartbeats off, for the recorder knows of none. */
import { LIMIT_NAMES, LIMITS, OFF } from './limit-table.js'
import type { LimitName, Policy } from './model.js'
import { levelSettings, makePolicy } from './policy.js'
import { show, unknownName } from './words.js'

/** By name, in the limit's unit; null is off. */
export type RecordedLimits = Readonly<Record<string, number | null>>

/** What no tick tells of. */
const UNHEARD = ['heartbeatInterval', 'heartbeatLimit'] as const

/**
 * A limit that is not named is level app's; so `memoryHard` that is not named is twice the others, and null is off. Throws a
 * RangeError that names a limit that is none, or no number.
 */
export function policyFromLimits(limits: RecordedLimits, cores: number): Policy {
  const settings = levelSettings('app')
  for (const [name, value] of Object.entries(limits)) settings[known(name)] = set(numberOf(name, value))
  for (const name of UNHEARD) settings[name] = set(OFF)
  return makePolicy(settings, { level: 'app', restart: null, cores, judged: true, enforce: true })
}

const set = (value: number) => ({ value, source: 'replay', explicit: true })

function known(name: string): LimitName {
  if (Object.hasOwn(LIMITS, name)) return name as LimitName
  throw new RangeError(`${show(name)}: got a value, takes ${unknownName(null, LIMIT_NAMES)}`)
}

function numberOf(name: string, value: unknown): number {
  if (value === null) return OFF
  if (typeof value === 'number' && value >= 0) return value
  throw new RangeError(`${name}: got ${show(value)}, takes a number, 0 or more, or null`)
}
