/** Recorded cases through the same rules and the same table that run the watcher. The recorder knows no heartbeat and no tree. */
import { policyFromFlags } from './flags.js'
import { newborn, step } from './machine.js'
import { observe, observeMemory, openVitals, type Vitals } from './measure.js'
import type { Effect, Policy } from './model.js'
import { policyFromLimits, type RecordedLimits } from './replay-limits.js'
import { judge } from './rules.js'
import type { Sample } from './samples.js'

type Flags = Readonly<Record<string, number | boolean | string>>

/** `[seconds since spawn, user CPU ms, system CPU ms, resident bytes]` */
type Tick = readonly [number, number, number, number]

/** Samples of one life, held against osquery's flags. */
export interface FlagsCase {
  readonly kind: 'limits'
  readonly flags: Flags
  readonly cores: number
  readonly ticks: readonly Tick[]
}

/** The same against limits, as an incident has it (wire/incident.ts). */
export interface LifeCase {
  readonly kind: 'limits'
  /** null is off; one that is not named is level app's */
  readonly limits: RecordedLimits
  readonly cores: number
  readonly ticks: readonly Tick[]
  /** Resident bytes that the footprint is counted from; absent or null: the first tick's. */
  readonly baseline?: number | null
  /** `[seconds since spawn, resident bytes]`: looks at memory between the ticks. */
  readonly memory?: readonly (readonly [number, number])[]
}

export type LimitsCase = FlagsCase | LifeCase

/** Successive lives of a worker, none ended by a limit: how long each lasted (s), and its exit status. */
export interface RespawnCase {
  readonly kind: 'respawn'
  readonly flags: Flags
  readonly uptimes: readonly number[]
  readonly exits: readonly number[]
}

export interface LimitsOutcome {
  readonly verdict: string | null
  /** Index of the sample that stopped it; null: none did, or a look between two. */
  readonly tick: number | null
  /** Footprint in bytes, or seconds of sustained excess. */
  readonly value: number | null
}

/** `seconds`: when in the life. */
export interface LifeOutcome extends LimitsOutcome {
  readonly seconds: number | null
}

export interface RespawnOutcome {
  /** Seconds waited before each respawn. */
  readonly delays: readonly number[]
  readonly shutdown: boolean
  readonly code: number
}

export function replayLimits(recorded: LimitsCase): LimitsOutcome | LifeOutcome {
  if ('limits' in recorded) return replayLife(recorded)
  const policy = policyFromFlags(recorded.flags, recorded.cores)
  const { verdict, tick, value } = run(openVitals(0, 0), looksOf(recorded.ticks, []), policy)
  return { verdict, tick, value }
}

function replayLife({ limits, cores, ticks, baseline = null, memory = [] }: LifeCase): LifeOutcome {
  const vitals = { ...openVitals(0, 0), baseline, baselineOnce: baseline }
  return run(vitals, looksOf(ticks, memory), policyFromLimits(limits, cores))
}

/** A look: with CPU, or (`tick` null) at memory alone. */
interface Look {
  readonly tick: number | null
  readonly sample: Sample
}

/** In the order of time. A tick is a look at memory, too: one at the same moment says nothing new. */
function looksOf(ticks: readonly Tick[], memory: Required<LifeCase>['memory']): Look[] {
  const seen = new Set(ticks.map(([seconds]) => seconds))
  const whole = ticks.map(([seconds, user, system, rss], tick) => look(tick, seconds, user + system, rss))
  const between = memory.filter(([seconds]) => !seen.has(seconds)).map(([seconds, rss]) => look(null, seconds, 0, rss))
  return [...whole, ...between].sort((a, b) => a.sample.at - b.sample.at)
}

const look = (tick: number | null, seconds: number, cpuMs: number, rss: number): Look => ({
  tick,
  // Stryker disable next-line StringLiteral: an outcome does not contain the state
  sample: { at: seconds * 1000, cpuMs, rss, processes: 1, state: '?' },
})

function run(newborn: Vitals, looks: readonly Look[], policy: Policy): LifeOutcome {
  let vitals = newborn
  for (const { tick, sample } of looks) {
    vitals = tick === null ? observeMemory(vitals, sample) : observe(vitals, sample, policy)
    // Stryker disable next-line BooleanLiteral: a debugger only defers heartbeats, and none are recorded
    const debugged = false
    const facts = { at: sample.at, vitals, late: null, debugged, extended: false, once: null }
    const [breach] = judge(facts, policy).broken
    if (breach === undefined) continue
    const value = breach.verdict === 'cpu' ? breach.value / 1000 : breach.value
    return { verdict: breach.verdict, tick, value, seconds: sample.at / 1000 }
  }
  return { verdict: null, tick: null, value: null, seconds: null }
}

export function replayRespawn({ flags, uptimes, exits }: RespawnCase): RespawnOutcome {
  const policy = policyFromFlags(flags, 1)
  const delays: number[] = []
  let at = 0
  // Stryker disable next-line StringLiteral: only 'adopted' changes the rules, and an outcome does not contain the name
  let child = newborn('worker', 'worker')
  child = step(child, { type: 'start' }, at, policy)[0]
  for (const [life, uptime] of uptimes.entries()) {
    const [up] = step(child, { type: 'spawned', age: 0, pid: 2 }, at, policy)
    at += uptime * 1000
    const [ended, effects] = step(
      up,
      { type: 'exited', code: exits[life] ?? 0, signal: null, remnants: false, because: null },
      at,
      policy,
    )
    const giveup = effects.find(isGiveup)
    if (giveup !== undefined) return { delays, shutdown: true, code: giveup.code }
    // The next run always begins with a deadline, even without a delay.
    const due = ended.deadline as number
    delays.push((due - at) / 1000)
    at = due
    child = step(ended, { type: 'deadline' }, due, policy)[0]
  }
  return { delays, shutdown: false, code: 0 }
}

const isGiveup = (effect: Effect): effect is Extract<Effect, { type: 'giveup' }> => effect.type === 'giveup'
