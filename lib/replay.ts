/** A file of recorded cases → their outcomes, in order. */
import {
  type LimitsCase,
  type LimitsOutcome,
  type RespawnCase,
  type RespawnOutcome,
  replayLimits,
  replayRespawn,
} from './core/replay.js'
import { OsqwatchError } from './wire/errors.js'

/** Throws ERR_OSQWATCH_REPLAY, with the line's number, at a line that is no case. */
export function* replay(text: string): Generator<LimitsOutcome | RespawnOutcome> {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    yield outcomeOf(parse(line, index + 1), index + 1)
  }
}

/** A flag may still have a value that no flag takes. */
function outcomeOf(recorded: LimitsCase | RespawnCase, number: number): LimitsOutcome | RespawnOutcome {
  try {
    return recorded.kind === 'limits' ? replayLimits(recorded) : replayRespawn(recorded)
  } catch (error) {
    throw new OsqwatchError('ERR_OSQWATCH_REPLAY', `line ${number}: ${(error as Error).message}`, [], { cause: error })
  }
}

function parse(line: string, number: number): LimitsCase | RespawnCase {
  let recorded: unknown
  try {
    recorded = JSON.parse(line)
  } catch (error) {
    throw new OsqwatchError('ERR_OSQWATCH_REPLAY', `line ${number} is not JSON: ${(error as Error).message}`)
  }
  if (isLimits(recorded) || isRespawn(recorded)) return recorded
  const takes =
    "kind 'limits' takes flags, cores and ticks of four numbers; kind 'respawn' takes flags, uptimes and exits of one length"
  throw new OsqwatchError('ERR_OSQWATCH_REPLAY', `line ${number} is no recorded case: ${takes}`)
}

function isLimits(value: unknown): value is LimitsCase {
  const { kind, flags, cores, ticks } = Object(value)
  if (kind !== 'limits' || !isRecord(flags) || typeof cores !== 'number' || !Array.isArray(ticks)) return false
  return ticks.every(tick => isNumbers(tick) && tick.length === 4)
}

function isRespawn(value: unknown): value is RespawnCase {
  const { kind, flags, uptimes, exits } = Object(value)
  return (
    kind === 'respawn' && isRecord(flags) && isNumbers(uptimes) && isNumbers(exits) && uptimes.length === exits.length
  )
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(item => typeof item === 'number')
