/** osquery's own flags: their names, their units, and what they say of limits. */
import { FLAG_UNITS, LIMIT_NAMES, LIMITS, type LimitFlag, OFF } from './limit-table.js'
import type { Level, LimitName, Policy } from './model.js'
import { levelSettings, makePolicy, type Settings } from './policy.js'
import { show } from './words.js'

export type Flags = Readonly<Record<string, number | boolean | string>>

const LEVELS = new Map<number, Level>([
  [-1, 'off'],
  [0, 'normal'],
  [1, 'restrictive'],
])

export const LEVEL_FLAG_TAKES = '-1, 0 or 1'

/** The level that `watchdog_level` means; null where it means none. */
export function readLevelFlag(given: unknown): Level | null {
  return LEVELS.get(numberIn(given) ?? Number.NaN) ?? null
}

/** The limit that each flag sets. */
export const FLAGGED: ReadonlyMap<string, LimitName> = new Map(
  LIMIT_NAMES.flatMap(name => {
    const { flag } = LIMITS[name]
    return flag === undefined ? [] : [[flag.name, name] as const]
  }),
)

export const flagTakes = (flag: LimitFlag): string => `a number of ${flag.unit}, 0 or more`

/** The limit's number in the limit's unit; undefined where the flag means the level's own, null where it takes no such value. */
export function readFlag(flag: LimitFlag, given: unknown): number | undefined | null {
  const value = numberIn(given)
  if (value === null || value < 0) return null
  if (value === 0 && flag.zeroIsLevels) return undefined
  const scaled = Math.max(value * FLAG_UNITS[flag.unit] - (flag.less ?? 0), 0)
  return flag.unit === '%' ? Math.min(scaled, 100) : scaled
}

function numberIn(given: unknown): number | null {
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  return Number.isFinite(value) ? (value as number) : null
}

/**
 * The Policy of a recorded case: no heartbeat, no memoryHard. A flag that is absent, or 0 where that means the level's,
 * leaves the level's value; flags that are no limits are passed over. Throws a RangeError that names a flag that is no number.
 */
export function policyFromFlags(flags: Flags, cores: number): Policy {
  const level = levelOf(flags)
  const settings = levelSettings(level)
  for (const [flagName, name] of FLAGGED) applyFlag(settings, name, flags[flagName])
  // Stryker disable next-line BooleanLiteral: osquery's levels have no default memoryHard
  const off = { value: OFF, source: 'replay', explicit: true }
  const unheard = { memoryHard: off, heartbeatInterval: off, heartbeatLimit: off }
  return makePolicy({ ...settings, ...unheard }, { level, restart: 'always', cores, judged: true, enforce: true })
}

function levelOf({ watchdog_level: given = 0 }: Flags): Level {
  const level = readLevelFlag(given)
  if (level === null) throw new RangeError(`watchdog_level: got ${show(given)}, takes ${LEVEL_FLAG_TAKES}`)
  return level
}

function applyFlag(settings: Settings, name: LimitName, given: Flags[string] | undefined) {
  if (given === undefined) return
  const flag = LIMITS[name].flag as LimitFlag
  const value = readFlag(flag, given)
  if (value === null) throw new RangeError(`${flag.name}: got ${show(given)}, takes ${flagTakes(flag)}`)
  // Stryker disable next-line BooleanLiteral: `explicit` only matters for memoryHard and heartbeats, and no flag sets them
  if (value !== undefined) settings[name] = { value, source: flag.name, explicit: true }
}
