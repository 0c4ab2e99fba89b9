/** Limits as people set them, applied to the table: in layers of options, or by osquery's flags. */
import { FLAG_UNITS, LIMIT_NAMES, LIMITS, type LimitFlag, OFF } from './limit-table.js'
import { formatLimit, limitTakes, type Machine, readLimit } from './limit-values.js'
import type { Level, LimitName, Policy, Problem } from './model.js'
import { levelSettings, makePolicy, type PolicyFrame, type Setting, type Settings } from './policy.js'
import { nearest, show, unknownName } from './words.js'

export { LIMIT_NAMES, LIMITS } from './limit-table.js'

/** Limits as somebody wrote them, and where: `limits`, `extensions.search.limits`. An undefined value is no value. */
export interface Layer {
  readonly at: string
  readonly values: Readonly<Record<string, unknown>>
}

export interface PolicyRequest extends PolicyFrame, Machine {
  /** Weakest first. */
  readonly layers: readonly Layer[]
}

/** Each limit comes from the strongest layer that has it, or else from the level. Every wrong value in any layer is a problem. */
export function resolvePolicy(request: PolicyRequest): { policy: Policy; problems: Problem[] } {
  const settings = levelSettings(request.level)
  const problems = request.layers.flatMap(layer => applyLayer(settings, layer, request))
  if (problems.length === 0) problems.push(...heartbeatProblems(settings))
  return { policy: makePolicy(settings, request), problems }
}

function applyLayer(settings: Settings, { at, values }: Layer, machine: Machine): Problem[] {
  const problems: Problem[] = []
  for (const [key, given] of Object.entries(values)) {
    const option = `${at}.${key}`
    if (given === undefined) continue
    if (!isLimit(key)) {
      problems.push({ option, got: show(given), takes: unknownName(meantLimit(key), LIMIT_NAMES) })
      continue
    }
    const value = readLimit(key, given, machine)
    if (value === null) problems.push({ option, got: show(given), takes: limitTakes(key) })
    else settings[key] = { value, source: option, explicit: true }
  }
  return problems
}

const isLimit = (key: string): key is LimitName => Object.hasOwn(LIMITS, key)

/** Somebody who comes from osquery may write the flag's name. */
const meantLimit = (key: string) =>
  LIMIT_NAMES.find(name => LIMITS[name].flag?.name === key) ?? nearest(key, LIMIT_NAMES)

/** A beat cannot be asked for less often than it may be late, and a limit without pings would never be broken. */
function heartbeatProblems({ heartbeatInterval: interval, heartbeatLimit: limit }: Settings): Problem[] {
  const unpinged = limit.explicit && limit.value !== OFF && !interval.explicit && interval.value === OFF
  if (unpinged)
    return [pairProblem('heartbeatLimit', limit, `a heartbeatInterval beside it: ${interval.source} has none`)]
  if (interval.value === OFF || interval.value <= limit.value) return []
  return limit.explicit
    ? [pairProblem('heartbeatLimit', limit, `at least heartbeatInterval: ${told('heartbeatInterval', interval)}`)]
    : [pairProblem('heartbeatInterval', interval, `at most heartbeatLimit: ${told('heartbeatLimit', limit)}`)]
}

const pairProblem = (name: LimitName, { value, source }: Setting, takes: string): Problem => ({
  option: source,
  got: formatLimit(name, value),
  takes,
})

const told = (name: LimitName, { value, source }: Setting) => `${formatLimit(name, value)} (${source})`

export type Flags = Readonly<Record<string, number | boolean | string>>

const LEVELS = new Map<number, Level>([
  [-1, 'off'],
  [0, 'normal'],
  [1, 'restrictive'],
])

/**
 * The Policy of a recorded case: no heartbeat, no memoryHard. A flag that is absent, or 0 where that means the level's,
 * leaves the level's value; flags that are no limits are passed over. Throws a RangeError that names a flag that is no number.
 */
export function policyFromFlags(flags: Flags, cores: number): Policy {
  const level = levelOf(flags)
  const settings = levelSettings(level)
  for (const name of LIMIT_NAMES) applyFlag(settings, name, flags)
  const off = { value: OFF, source: 'replay', explicit: true }
  const unheard = { memoryHard: off, heartbeatInterval: off, heartbeatLimit: off }
  return makePolicy({ ...settings, ...unheard }, { level, restart: 'always', cores, judged: true })
}

function levelOf(flags: Flags): Level {
  const given = flags.watchdog_level ?? 0
  const level = LEVELS.get(Number(given))
  if (level === undefined) throw new RangeError(`watchdog_level: got ${show(given)}, takes -1, 0 or 1`)
  return level
}

function applyFlag(settings: Settings, name: LimitName, flags: Flags) {
  const { flag, unit } = LIMITS[name]
  const given = flag && flags[flag.name]
  if (flag === undefined || given === undefined) return
  const value = numberOf(flag, given)
  if (value === 0 && flag.zeroIsLevels) return
  const scaled = Math.max(value * FLAG_UNITS[flag.unit] - (flag.less ?? 0), 0)
  settings[name] = { value: unit === 'percent' ? Math.min(scaled, 100) : scaled, source: flag.name, explicit: true }
}

function numberOf(flag: LimitFlag, given: number | boolean | string): number {
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new RangeError(`${flag.name}: got ${show(given)}, takes a number of ${flag.unit}, 0 or more`)
}
