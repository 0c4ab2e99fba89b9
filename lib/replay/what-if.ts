/** The life of an incident, and what would have become of it under other limits. */
import { LIMITS } from '../core/limit-table.js'
import { limitTakes, readLimit } from '../core/limit-values.js'
import type { LimitName } from '../core/model.js'
import type { LifeCase } from '../core/replay.js'
import { show } from '../core/words.js'
import { OsqwatchError, type Problem } from '../wire/errors.js'
import type { Incident } from '../wire/incident.js'
import { isLife } from './cases.js'

/** Limits as somebody wrote them on a command line. */
export type WhatIf = Readonly<Partial<Record<LimitName, string>>>

/** Limits that a recorded life can be held against. */
export const REPLAYED = [
  'memory',
  'memoryTotal',
  'memoryHard',
  'utilization',
  'latency',
  'interval',
  'delay',
] as const satisfies readonly LimitName[]

/** Throws ERR_OSQWATCH_REPLAY where the incident's case is none. */
export function lifeOf({ replay, limits }: Incident): LifeCase {
  if (!isLife(replay)) throw new OsqwatchError('ERR_OSQWATCH_REPLAY', 'the incident has no recorded life in `replay`')
  const isHard = limits?.values?.memoryHard != null
  const isDoubled = !isHard && (limits?.hardTotal != null || limits?.hardFootprint != null)
  if (!isDoubled) return replay
  // Reckoned from the other two, so that it follows them.
  const { memoryHard: _, ...others } = replay.limits
  return { ...replay, limits: others }
}

/** `memoryBytes`: what a share of memory is a share of; undefined: not known. */
export function withLimits(life: LifeCase, whatIf: WhatIf, memoryBytes?: number): LifeCase {
  const problems: Problem[] = []
  const limits: Record<string, number | null> = { ...life.limits }
  for (const [key, text] of Object.entries(whatIf)) {
    const name = key as LimitName
    const value = readLimit(name, plain(name, text), { cores: life.cores, memoryBytes: memoryBytes ?? Number.NaN })
    if (value === null || Number.isNaN(value))
      problems.push({ option: optionOf(name), got: show(text), takes: limitTakes(name, true) })
    else limits[name] = Number.isFinite(value) ? value : null
  }
  if (problems.length === 0) return { ...life, limits }
  const told = problems.map(({ option, got, takes }) => `${option}: got ${got}, takes ${takes}`)
  const head = told.length === 1 ? 'An option is wrong' : `${told.length} options are wrong`
  throw new OsqwatchError('ERR_OSQWATCH_OPTIONS', [`${head}:`, ...told].join('\n  '), problems)
}

/** `--memory-total` */
export const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** Text holds no numbers, but nobody is in doubt about the unit of 0. */
const plain = (name: LimitName, text: string): number | string =>
  LIMITS[name].unit === 'ms' && text === '0' ? 0 : text
