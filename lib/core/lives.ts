/** Cells of the table: how a life begins and ends, and what follows it. */
import { purge, sweep, term } from './ladder.js'
import type { Cause, Child, Effect, End, Policy } from './model.js'
import { afterLife, EXIT_FAILURE, failed } from './respawn.js'
import { first, type InputOf, type Step } from './step.js'

export function begin(child: Child): Step {
  const next = {
    phase: 'starting',
    life: child.life + 1,
    pid: null,
    deadline: null,
    breach: null,
    intent: 'decide',
    end: null,
  }
  return [{ ...child, ...next } as Child, [{ type: 'spawn' }]]
}

export function beginAfresh(child: Child): Step {
  return begin({ ...child, streak: 0 })
}

export function rise(child: Child, input: InputOf<'spawned'>, at: number, policy: Policy): Step {
  const up: Child = { ...child, phase: 'up', pid: input.pid, bornAt: at - input.age }
  return child.intent === 'decide' ? [up, []] : term(up, at, policy.stopTimeout)
}

export function neverRose(child: Child, input: InputOf<'spawn-failed'>, at: number, policy: Policy): Step {
  const end: End = { code: null, signal: null, uptime: 0, cause: 'spawn' }
  const told: Effect = { type: 'exit', end, failed: true }
  if (!input.lasting || child.intent !== 'decide') return first([told], settle({ ...child, end }, null, at, policy))
  return [down(child), [told, { type: 'giveup', code: EXIT_FAILURE, reason: input.reason }]]
}

export function endLife(child: Child, input: InputOf<'exited'>, at: number, policy: Policy): Step {
  const { code, signal } = input
  const end: End = { code, signal, uptime: Math.round(at - child.bornAt), cause: causeOf(child, input) }
  const told: Effect = { type: 'exit', end, failed: failed(end, policy) }
  const ended: Child = { ...child, end }
  if (!input.remnants) return first([told], settle(ended, null, at, policy))
  return first([told], child.phase === 'killing' ? purge(ended, null, at) : sweep(ended, at, policy))
}

/** The life is over and its process group is empty. */
export function settle(child: Child, _input: unknown, at: number, policy: Policy): Step {
  if (child.intent === 'stay-down' || child.kind === 'adopted') return [down(child), []]
  if (child.intent === 'restart') return beginAfresh(child)
  const next = afterLife(child.streak, child.end as End, policy)
  const counted = { ...child, streak: next.streak }
  if (next.type === 'done') return [down(counted), []]
  if (next.type === 'giveup') return [down(counted), [{ type: 'giveup', code: next.code, reason: next.reason }]]
  // Also without a delay: all that wait for a life begin it in one way, by their deadline, which may have to be put off.
  const waiting: Child = { ...down(counted), phase: 'waiting', deadline: at + next.delay }
  return [waiting, next.delay === 0 ? [] : [{ type: 'backoff', delay: next.delay }]]
}

/** Signals that a program brings upon itself. */
const CRASHES = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'])

function causeOf(child: Child, { code, signal, because }: InputOf<'exited'>): Cause {
  if (child.breach !== null) return 'limit'
  if (child.intent !== 'decide') return 'requested'
  if (because !== null) return because
  if (signal !== null) return CRASHES.has(signal) ? 'crashed' : 'signal'
  // Nobody saw how an adopted one ended.
  return code === 0 || code === null ? 'exited' : 'crashed'
}

export function abandon(child: Child, _input: unknown, at: number, policy: Policy): Step {
  return first([{ type: 'stuck', remnants: true }], settle(child, null, at, policy))
}

export function standDown(child: Child): Step {
  return [down(child), []]
}

const down = (child: Child): Child => ({ ...child, phase: 'down', pid: null, deadline: null })
