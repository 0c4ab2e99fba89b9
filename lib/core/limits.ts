/** Limits as people set them, in layers, applied to the table. */
import { LIMIT_NAMES, LIMITS, OFF } from './limit-table.js'
import { formatLimit, limitTakes, type Machine, readLimit } from './limit-values.js'
import type { LimitName, Policy } from './model.js'
import { levelSettings, makePolicy, type PolicyFrame, type Setting, type Settings } from './policy.js'
import { nearest, type Problem, show, unknownName } from './words.js'

export { LIMIT_NAMES, LIMITS } from './limit-table.js'

/** Limits as somebody wrote them, and where: `limits`, `extensions.search.limits`. An undefined value is no value. */
export interface Layer {
  readonly at: string
  readonly values: Readonly<Record<string, unknown>>
  /** What somebody wrote for a limit's name, where that is not `at.name`: `OSQWATCH_MEMORY`. */
  readonly names?: Readonly<Record<string, string>>
  /** It was written where there are no numbers, only text. */
  readonly text?: boolean
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

function applyLayer(settings: Settings, { at, values, names = {}, text = false }: Layer, machine: Machine): Problem[] {
  const problems: Problem[] = []
  for (const [key, given] of Object.entries(values)) {
    const option = names[key] ?? `${at}.${key}`
    if (given === undefined) continue
    if (!isLimit(key)) {
      problems.push({ option, got: show(given), takes: unknownName(meantLimit(key), LIMIT_NAMES) })
      continue
    }
    const value = readLimit(key, given, machine)
    if (value === null) problems.push({ option, got: show(given), takes: limitTakes(key, text) })
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
