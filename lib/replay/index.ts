/** A file of recorded cases, or an incident → their outcomes, in order. */
import {
  type LifeCase,
  type LimitsOutcome,
  type RespawnCase,
  type RespawnOutcome,
  replayLimits,
  replayRespawn,
} from '../core/replay.js'
import { OsqwatchError } from '../wire/errors.js'
import { INCIDENT_FORMAT, type Incident } from '../wire/incident.js'
import { isLife, type Recorded, recordedIn } from './cases.js'
import { lifeOf, optionOf, type WhatIf, withLimits } from './what-if.js'

/**
 * Throws ERR_OSQWATCH_REPLAY, with the line's number, at a line that is no case; ERR_OSQWATCH_OPTIONS where `whatIf` has
 * a value that its limit does not take.
 */
export function* replay(text: string, whatIf: WhatIf = {}): Generator<LimitsOutcome | RespawnOutcome> {
  const incident = incidentIn(text)
  if (incident !== null) {
    yield outcomeOf(withLimits(lifeOf(incident), whatIf, incident.machine?.memory?.total), 'the incident')
    return
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const place = `line ${index + 1}`
    yield outcomeOf(changed(recordedIn(line, place), whatIf, place), place)
  }
}

/** The text as a whole is one object, which says that it is an incident. */
function incidentIn(text: string): Incident | null {
  if (!text.includes(INCIDENT_FORMAT)) return null
  try {
    const found = JSON.parse(text)
    return found?.format === INCIDENT_FORMAT ? found : null
  } catch {
    return null
  }
}

function changed(recorded: Recorded, whatIf: WhatIf, place: string): Recorded {
  const [name] = Object.keys(whatIf)
  if (name === undefined) return recorded
  if (isLife(recorded)) return withLimits(recorded, whatIf)
  throw new OsqwatchError('ERR_OSQWATCH_REPLAY', `${place}: ${optionOf(name)} is for limits, and the case has flags`)
}

/** A limit or a flag may still have a value that it does not take. */
function outcomeOf(recorded: LifeCase | Recorded, place: string): LimitsOutcome | RespawnOutcome {
  try {
    return recorded.kind === 'limits' ? replayLimits(recorded) : replayRespawn(recorded as RespawnCase)
  } catch (error) {
    throw new OsqwatchError('ERR_OSQWATCH_REPLAY', `${place}: ${(error as Error).message}`, [], { cause: error })
  }
}
