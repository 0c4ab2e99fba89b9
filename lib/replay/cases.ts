/** One line of a file of cases, looked at before it is believed. */
import type { LifeCase, LimitsCase, RespawnCase } from '../core/replay.js'
import { OsqwatchError } from '../wire/errors.js'

export type Recorded = LimitsCase | RespawnCase

/** Throws ERR_OSQWATCH_REPLAY that begins with `place` where the line is no case. */
export function recordedIn(line: string, place: string): Recorded {
  let recorded: unknown
  try {
    recorded = JSON.parse(line)
  } catch (error) {
    throw new OsqwatchError('ERR_OSQWATCH_REPLAY', `${place} is not JSON: ${(error as Error).message}`)
  }
  if (isFlags(recorded) || isLife(recorded) || isRespawn(recorded)) return recorded
  const takes =
    "kind 'limits' takes flags or limits, cores and ticks of four numbers; kind 'respawn' takes flags, uptimes and exits of one length"
  throw new OsqwatchError('ERR_OSQWATCH_REPLAY', `${place} is no recorded case: ${takes}`)
}

function isFlags(value: unknown): value is LimitsCase {
  const { flags, limits } = Object(value)
  return limits === undefined && isRecord(flags) && isTicked(value)
}

export function isLife(value: unknown): value is LifeCase {
  const { limits, baseline, memory } = Object(value)
  const hasBaseline = baseline === undefined || baseline === null || typeof baseline === 'number'
  return isRecord(limits) && isTicked(value) && hasBaseline && (memory === undefined || isRows(memory, 2))
}

function isTicked(value: unknown): boolean {
  const { kind, cores, ticks } = Object(value)
  return kind === 'limits' && typeof cores === 'number' && isRows(ticks, 4)
}

function isRespawn(value: unknown): value is RespawnCase {
  const { kind, flags, uptimes, exits } = Object(value)
  return (
    kind === 'respawn' && isRecord(flags) && isNumbers(uptimes) && isNumbers(exits) && uptimes.length === exits.length
  )
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

const isRows = (value: unknown, columns: number): boolean =>
  Array.isArray(value) && value.every(row => isNumbers(row) && row.length === columns)

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(item => typeof item === 'number')
