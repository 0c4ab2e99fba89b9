/** Cells of the table: THE LADDER. Warn, SIGTERM after warnDelay, SIGKILL after forcedShutdownDelay; memoryHard skips to the end. */
import type { Child, Effect, Intent, Policy } from './model.js'
import { first, type InputOf, type Step } from './step.js'

/** SIGKILL cannot be refused, only delayed: still there after this, and something is wrong with the machine (osquery's 2 s). */
export const KILL_GRACE_MS = 2000

export function punish(child: Child, input: InputOf<'breach'>, at: number, policy: Policy): Step {
  const { breach, hold } = input
  if (!policy.enforce) return [child, [{ type: 'limit', breach, hold }]]
  const guilty: Child = { ...child, breach }
  if (breach.hard) return first([{ type: 'limit', breach, hold }], kill(guilty, null, at))
  const told: Effect[] = [
    { type: 'limit', breach, hold },
    { type: 'warn', breach },
  ]
  // Who is ended can no longer be asked what it was doing.
  const wait = Math.max(policy.warnDelay, hold)
  if (wait === 0) return first(told, terminate(guilty, null, at, policy))
  return [{ ...guilty, phase: 'warned', deadline: at + wait }, told]
}

/** What evidence had put off need not wait any longer. */
export function hasten(child: Child, input: InputOf<'examined'>, at: number): Step {
  return [{ ...child, deadline: Math.min(child.deadline ?? Number.POSITIVE_INFINITY, at + input.within) }, []]
}

export function terminate(child: Child, _input: unknown, at: number, policy: Policy): Step {
  return term(child, at, policy.forcedShutdownDelay)
}

/** SIGTERM, and SIGKILL `within` ms later; at once when that is nothing. */
export function term(child: Child, at: number, within: number): Step {
  if (within === 0) return kill(child, null, at)
  return [{ ...child, phase: 'terminating', deadline: at + within }, [{ type: 'terminate', remnants: false }]]
}

export function kill(child: Child, _input: unknown, at: number): Step {
  return [{ ...child, phase: 'killing', deadline: at + KILL_GRACE_MS }, [{ type: 'kill', remnants: false }]]
}

/** During a ladder only memoryHard still counts, and then it is what ended the life. */
export function killHard(child: Child, input: InputOf<'breach'>, at: number, policy: Policy): Step {
  const { breach, hold } = input
  if (!breach.hard) return [child, []]
  if (!policy.enforce) return [child, [{ type: 'limit', breach, hold }]]
  return first([{ type: 'limit', breach, hold }], kill({ ...child, breach }, null, at))
}

export function stuck(child: Child): Step {
  return [{ ...child, deadline: null }, [{ type: 'stuck', remnants: false }]]
}

/* What is left of its process group. */

/** A shell dies of SIGTERM at once, and the app that it was waiting for has all of the time that the stop had promised. */
export function sweep(child: Child, at: number, policy: Policy): Step {
  const promised = child.phase === 'terminating' && Number.isFinite(child.deadline) ? Number(child.deadline) : 0
  const deadline = Math.max(promised, at + policy.forcedShutdownDelay)
  return [{ ...child, phase: 'sweeping', deadline }, [{ type: 'terminate', remnants: true }]]
}

export function purge(child: Child, _input: unknown, at: number): Step {
  return [{ ...child, phase: 'purging', deadline: at + KILL_GRACE_MS }, [{ type: 'kill', remnants: true }]]
}

/* What was asked for. */

/** A child that is under a ladder already keeps the ladder's shorter delay. */
export function stop(child: Child, input: InputOf<'stop'>, at: number, policy: Policy): Step {
  const within = child.breach === null ? input.within : Math.min(input.within, policy.forcedShutdownDelay)
  return term(meant(child, 'stay-down'), at, within)
}

export function stopSooner(child: Child, input: InputOf<'stop' | 'asked'>, at: number): Step {
  return [{ ...meant(child, 'stay-down'), deadline: Math.min(child.deadline ?? Infinity, at + input.within) }, []]
}

/** The signal is on its way, from whoever asked: this is only the wait for what comes of it. */
export function expectEnd(child: Child, input: InputOf<'asked'>, at: number): Step {
  return [{ ...meant(child, 'stay-down'), phase: 'terminating', deadline: at + input.within }, []]
}

export function restart(child: Child, _input: unknown, at: number, policy: Policy): Step {
  const within = child.breach === null ? policy.stopTimeout : policy.forcedShutdownDelay
  return term(meant(child, 'restart'), at, within)
}

export function thenDown(child: Child): Step {
  return [meant(child, 'stay-down'), []]
}

export function thenRestart(child: Child): Step {
  return [meant(child, 'restart'), []]
}

const meant = (child: Child, what: Intent): Child => ({ ...child, intent: what })
