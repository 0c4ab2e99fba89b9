/** Recorded cases through the same rules and the same table that run the watcher. The recorder knows no heartbeat and no tree. */
import { policyFromFlags } from './flags.js'
import { newborn, step } from './machine.js'
import { observe, openVitals } from './measure.js'
import type { Child, Effect, Policy } from './model.js'
import { judge } from './rules.js'
import type { Sample } from './samples.js'

type Flags = Readonly<Record<string, number | boolean | string>>

/** Samples of one life: `[seconds since spawn, user CPU ms, system CPU ms, resident bytes]`. */
export interface LimitsCase {
  readonly kind: 'limits'
  readonly flags: Flags
  readonly cores: number
  readonly ticks: readonly (readonly [number, number, number, number])[]
}

/** Successive lives of a worker, none ended by a limit: how long each lasted (s), and its exit status. */
export interface RespawnCase {
  readonly kind: 'respawn'
  readonly flags: Flags
  readonly uptimes: readonly number[]
  readonly exits: readonly number[]
}

export interface LimitsOutcome {
  readonly verdict: string | null
  /** Index of the sample that stopped it. */
  readonly tick: number | null
  /** Footprint in bytes, or seconds of sustained excess. */
  readonly value: number | null
}

export interface RespawnOutcome {
  /** Seconds waited before each respawn. */
  readonly delays: readonly number[]
  readonly shutdown: boolean
  readonly code: number
}

export function replayLimits({ flags, cores, ticks }: LimitsCase): LimitsOutcome {
  const policy = policyFromFlags(flags, cores)
  let vitals = openVitals(0, 0)
  for (const [tick, [seconds, user, system, rss]] of ticks.entries()) {
    const at = seconds * 1000
    const sample: Sample = { at, cpuMs: user + system, rss, processes: 1, state: '?' }
    vitals = observe(vitals, sample, policy)
    const facts = { at, vitals, late: null, debugged: false, extended: false, once: null }
    const [breach] = judge(facts, policy).broken
    if (breach?.verdict === 'cpu') return { verdict: 'cpu', tick, value: breach.value / 1000 }
    if (breach !== undefined) return { verdict: breach.verdict, tick, value: breach.value }
  }
  return { verdict: null, tick: null, value: null }
}

export function replayRespawn({ flags, uptimes, exits }: RespawnCase): RespawnOutcome {
  const policy = policyFromFlags(flags, 1)
  const delays: number[] = []
  let at = 0
  let [child] = step(newborn('worker', 'worker'), { type: 'start' }, at, policy)
  for (const [life, uptime] of uptimes.entries()) {
    const [up] = step(child, { type: 'spawned', age: 0, pid: life + 2 }, at, policy)
    at += uptime * 1000
    const [ended, effects] = step(
      up,
      { type: 'exited', code: exits[life] ?? 0, signal: null, remnants: false },
      at,
      policy,
    )
    const giveup = effects.find(isGiveup)
    if (giveup !== undefined) return { delays, shutdown: true, code: giveup.code }
    const next = respawned(ended, at, policy)
    delays.push((next.at - at) / 1000)
    at = next.at
    child = next.child
  }
  return { delays, shutdown: false, code: 0 }
}

/** Waits out the backoff, if there is one. */
function respawned(child: Child, at: number, policy: Policy): { child: Child; at: number } {
  if (child.phase !== 'waiting') return { child, at }
  const due = child.deadline as number
  return { child: step(child, { type: 'deadline' }, due, policy)[0], at: due }
}

const isGiveup = (effect: Effect): effect is Extract<Effect, { type: 'giveup' }> => effect.type === 'giveup'
