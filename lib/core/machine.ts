/**
 * THE TABLE: what happens to a child, phase by phase. Time is an argument, signals are effects, and `deadline` is state, so a
 * replay of a recorded run is exact. A new input does not compile until every phase has answered it.
 */
import type { Cause, Child, Effect, End, Input, Kind, Phase, Policy, Then } from './model.js'
import { afterLife, EXIT_FAILURE, failed } from './respawn.js'

/** SIGKILL cannot be refused, only delayed: still there after this, and something is wrong with the machine (osquery's 2 s). */
export const KILL_GRACE_MS = 2000

export type Step = readonly [Child, readonly Effect[]]
type InputOf<T extends Input['type']> = Extract<Input, { type: T }>
type Cell<T extends Input['type']> = (child: Child, input: InputOf<T>, at: number, policy: Policy) => Step
type Row = { readonly [T in Input['type']]: Cell<T> }

/** A child that has not lived yet. */
export const newborn = (name: string, kind: Kind): Child => ({
  name,
  kind,
  phase: 'down',
  pid: null,
  life: 0,
  streak: 0,
  bornAt: 0,
  deadline: null,
  breach: null,
  then: 'decide',
  end: null,
})

/** One step: the child's next state, and what has to be done in the world. */
export function step(child: Child, input: Input, at: number, policy: Policy): Step {
  const cell = TABLE[child.phase][input.type] as Cell<typeof input.type>
  return cell(child, input as never, at, policy)
}

/** Time stood still for the watcher: the child has the rest of its time after the gap. */
export function postponed(child: Child, byMs: number): Child {
  return child.deadline === null ? child : { ...child, deadline: child.deadline + byMs }
}

// biome-ignore format: a table is read by its columns
const TABLE: { readonly [P in Phase]: Row } = {
  //               start    spawned  spawn-failed  breach    stop       restart      exited   cleared  deadline
  down:        row(begin,   ignore,  ignore,       ignore,   ignore,    beginAfresh, ignore,  ignore,  ignore   ),
  starting:    row(ignore,  rise,    neverRose,    ignore,   thenDown,  thenRestart, ignore,  ignore,  ignore   ),
  up:          row(ignore,  ignore,  ignore,       punish,   stop,      restart,     endLife, ignore,  ignore   ),
  warned:      row(ignore,  ignore,  ignore,       killHard, stop,      restart,     endLife, ignore,  terminate),
  terminating: row(ignore,  ignore,  ignore,       killHard, stopSooner, thenRestart, endLife, ignore, kill     ),
  killing:     row(ignore,  ignore,  ignore,       ignore,   thenDown,  thenRestart, endLife, ignore,  stuck    ),
  sweeping:    row(ignore,  ignore,  ignore,       ignore,   stopSooner, thenRestart, ignore, settle,  purge    ),
  purging:     row(ignore,  ignore,  ignore,       ignore,   thenDown,  thenRestart, ignore,  settle,  abandon  ),
  waiting:     row(ignore,  ignore,  ignore,       ignore,   standDown, beginAfresh, ignore,  ignore,  begin    ),
}

/* ── lives ─────────────────────────────────────────────────────────────────────────────────────────────────────────────── */

function begin(child: Child): Step {
  const next = {
    phase: 'starting',
    life: child.life + 1,
    pid: null,
    deadline: null,
    breach: null,
    then: 'decide',
    end: null,
  }
  return [{ ...child, ...next } as Child, [{ type: 'spawn' }]]
}

function beginAfresh(child: Child): Step {
  return begin({ ...child, streak: 0 })
}

function rise(child: Child, input: InputOf<'spawned'>, at: number, policy: Policy): Step {
  const up: Child = { ...child, phase: 'up', pid: input.pid, bornAt: at }
  return child.then === 'decide' ? [up, []] : term(up, at, policy.stopTimeout)
}

function neverRose(child: Child, input: InputOf<'spawn-failed'>, at: number, policy: Policy): Step {
  const end: End = { code: null, signal: null, uptime: 0, cause: 'spawn' }
  const told: Effect = { type: 'exit', end, failed: true }
  if (!input.lasting || child.then !== 'decide') return then([told], settle({ ...child, end }, null, at, policy))
  return [down(child), [told, { type: 'giveup', code: EXIT_FAILURE, reason: input.reason }]]
}

function endLife(child: Child, input: InputOf<'exited'>, at: number, policy: Policy): Step {
  const { code, signal } = input
  const end: End = { code, signal, uptime: Math.round(at - child.bornAt), cause: causeOf(child, code, signal) }
  const told: Effect = { type: 'exit', end, failed: failed(end, policy) }
  const ended: Child = { ...child, end }
  if (!input.remnants) return then([told], settle(ended, null, at, policy))
  return then([told], child.phase === 'killing' ? purge(ended, null, at) : sweep(ended, at, policy))
}

/** The life is over and its process group is empty. */
function settle(child: Child, _input: unknown, at: number, policy: Policy): Step {
  if (child.then === 'stay-down') return [down(child), []]
  if (child.then === 'restart') return beginAfresh(child)
  const next = afterLife(child.streak, child.end as End, policy)
  const counted = { ...child, streak: next.streak }
  if (next.type === 'done') return [down(counted), []]
  if (next.type === 'giveup') return [down(counted), [{ type: 'giveup', code: next.code, reason: next.reason }]]
  if (next.delay === 0) return begin(counted)
  const waiting: Child = { ...down(counted), phase: 'waiting', deadline: at + next.delay }
  return [waiting, [{ type: 'backoff', delay: next.delay }]]
}

/** Signals that a program brings upon itself. */
const CRASHES = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'])

function causeOf(child: Child, code: number | null, signal: string | null): Cause {
  if (child.breach !== null) return 'limit'
  if (child.then !== 'decide') return 'requested'
  if (signal !== null) return CRASHES.has(signal) ? 'crashed' : 'signal'
  return code === 0 ? 'exited' : 'crashed'
}

/* ── the ladder: warn, terminate, kill ─────────────────────────────────────────────────────────────────────────────────── */

function punish(child: Child, input: InputOf<'breach'>, at: number, policy: Policy): Step {
  const { breach } = input
  const guilty: Child = { ...child, breach }
  if (breach.hard) return then([{ type: 'limit', breach }], kill(guilty, null, at))
  const told: Effect[] = [
    { type: 'limit', breach },
    { type: 'warn', breach },
  ]
  if (policy.warnDelay === 0) return then(told, terminate(guilty, null, at, policy))
  return [{ ...guilty, phase: 'warned', deadline: at + policy.warnDelay }, told]
}

function terminate(child: Child, _input: unknown, at: number, policy: Policy): Step {
  return term(child, at, policy.forcedShutdownDelay)
}

/** SIGTERM, and SIGKILL `within` ms later; at once when that is nothing. */
function term(child: Child, at: number, within: number): Step {
  if (within === 0) return kill(child, null, at)
  return [{ ...child, phase: 'terminating', deadline: at + within }, [{ type: 'terminate', remnants: false }]]
}

function kill(child: Child, _input: unknown, at: number): Step {
  return [{ ...child, phase: 'killing', deadline: at + KILL_GRACE_MS }, [{ type: 'kill', remnants: false }]]
}

/** During a ladder only memoryHard still counts. */
function killHard(child: Child, input: InputOf<'breach'>, at: number): Step {
  const { breach } = input
  if (!breach.hard) return [child, []]
  return then([{ type: 'limit', breach }], kill({ ...child, breach: child.breach ?? breach }, null, at))
}

function stuck(child: Child): Step {
  return [{ ...child, deadline: null }, [{ type: 'stuck', remnants: false }]]
}

/* ── what is left of its process group ─────────────────────────────────────────────────────────────────────────────────── */

function sweep(child: Child, at: number, policy: Policy): Step {
  const deadline = at + policy.forcedShutdownDelay
  return [{ ...child, phase: 'sweeping', deadline }, [{ type: 'terminate', remnants: true }]]
}

function purge(child: Child, _input: unknown, at: number): Step {
  return [{ ...child, phase: 'purging', deadline: at + KILL_GRACE_MS }, [{ type: 'kill', remnants: true }]]
}

function abandon(child: Child, _input: unknown, at: number, policy: Policy): Step {
  return then([{ type: 'stuck', remnants: true }], settle(child, null, at, policy))
}

/* ── what was asked for ────────────────────────────────────────────────────────────────────────────────────────────────── */

/** A child that is under a ladder already keeps the ladder's shorter delay. */
function stop(child: Child, input: InputOf<'stop'>, at: number, policy: Policy): Step {
  const within = child.breach === null ? input.within : Math.min(input.within, policy.forcedShutdownDelay)
  return term(meant(child, 'stay-down'), at, within)
}

function stopSooner(child: Child, input: InputOf<'stop'>, at: number): Step {
  return [{ ...meant(child, 'stay-down'), deadline: Math.min(child.deadline ?? Infinity, at + input.within) }, []]
}

function restart(child: Child, _input: unknown, at: number, policy: Policy): Step {
  const within = child.breach === null ? policy.stopTimeout : policy.forcedShutdownDelay
  return term(meant(child, 'restart'), at, within)
}

function thenDown(child: Child): Step {
  return [meant(child, 'stay-down'), []]
}

function thenRestart(child: Child): Step {
  return [meant(child, 'restart'), []]
}

function standDown(child: Child): Step {
  return [down(child), []]
}

function ignore(child: Child): Step {
  return [child, []]
}

const meant = (child: Child, what: Then): Child => ({ ...child, then: what })
const down = (child: Child): Child => ({ ...child, phase: 'down', pid: null, deadline: null })
const then = (effects: readonly Effect[], [child, more]: Step): Step => [child, [...effects, ...more]]

function row(
  start: Cell<'start'>,
  spawned: Cell<'spawned'>,
  spawnFailed: Cell<'spawn-failed'>,
  breach: Cell<'breach'>,
  stop: Cell<'stop'>,
  restart: Cell<'restart'>,
  exited: Cell<'exited'>,
  cleared: Cell<'cleared'>,
  deadline: Cell<'deadline'>,
): Row {
  return { start, spawned, 'spawn-failed': spawnFailed, breach, stop, restart, exited, cleared, deadline }
}
