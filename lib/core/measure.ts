/** Looks → CPU over a window, footprint, growth of a hot streak. One record a life; each look makes the next record. */
import { type Growth, grow, ungrown } from './growth.js'
import type { Policy } from './model.js'
import type { MemorySample, Sample } from './samples.js'

/** CPU used in one closed window. */
export interface Usage {
  readonly elapsedMs: number
  readonly cpuMs: number
  /** utilization % × elapsed × cores ÷ 100 */
  readonly budgetMs: number
}

/** What is remembered of a life's looks. */
export interface Vitals {
  readonly bornAt: number
  /** From here on the baseline may be taken. */
  readonly baselineFrom: number
  /** Resident bytes that the footprint is counted from. */
  readonly baseline: number | null
  /** The same with shared pages counted once. Of one process that is the baseline itself; null: not known. */
  readonly baselineOnce: number | null
  /** The sample that opened the current CPU window. */
  readonly window: Sample | null
  /** Windows over budget in a row. */
  readonly hotWindows: number
  readonly usage: Usage | null
  readonly last: Sample | null
  /** The last look at memory, alone or in `last`. */
  readonly memory: MemorySample | null
  readonly growth: Growth
}

/** CPU is accounted in ticks of 10 ms: over less than this, a window would measure its own error. */
const SHORTEST_WINDOW_MS = 1000

/** Length of a CPU window. */
export const windowMs = ({ interval }: Policy): number => Math.max(interval, SHORTEST_WINDOW_MS)

/**
 * Vitals of a life that began at `bornAt`; the baseline is the resident size `settleMs` later (osquery takes the first sample,
 * but a program that has not begun yet is no baseline: a fresh Node is 3 MB at spawn and 40 MB at its first line).
 */
export function openVitals(bornAt: number, settleMs: number): Vitals {
  return {
    bornAt,
    baselineFrom: bornAt + settleMs,
    baseline: null,
    baselineOnce: null,
    window: null,
    usage: null,
    last: null,
    memory: null,
    hotWindows: 0,
    growth: ungrown,
  }
}

/** A whole look: memory, and CPU when the window has had its length. */
export function observe(vitals: Vitals, sample: Sample, policy: Policy): Vitals {
  const seen = { ...observeMemory(vitals, sample), last: sample }
  if (vitals.window === null) return { ...seen, window: sample }
  const elapsedMs = sample.at - vitals.window.at
  // A timer may fire a hair early; a window short by less than a tick of CPU accounting is whole.
  if (elapsedMs < windowMs(policy) - 10) return seen
  const usage = { elapsedMs, cpuMs: sample.cpuMs - vitals.window.cpuMs, budgetMs: budget(elapsedMs, policy) }
  return { ...seen, usage, window: sample, hotWindows: isHot(usage) ? vitals.hotWindows + 1 : 0 }
}

/** A look at memory alone. */
export function observeMemory(vitals: Vitals, memory: MemorySample): Vitals {
  const growth = grow(vitals.growth, vitals.memory, memory)
  // Nothing resident is not a baseline: the next look is asked, as in osquery.
  const isBaseline = vitals.baseline === null && memory.at >= vitals.baselineFrom && memory.rss > 0
  const baselineOnce = memory.processes === 1 ? memory.rss : null
  // Field by field: this runs many times a second, and a spread of so many costs as much as the look itself.
  return {
    bornAt: vitals.bornAt,
    baselineFrom: vitals.baselineFrom,
    baseline: isBaseline ? memory.rss : vitals.baseline,
    baselineOnce: isBaseline ? baselineOnce : vitals.baselineOnce,
    window: vitals.window,
    usage: vitals.usage,
    last: vitals.last,
    memory,
    hotWindows: vitals.hotWindows,
    growth,
  }
}

/** Strictly greater, as osquery has it. */
export const isHot = (usage: Usage): boolean => usage.cpuMs > usage.budgetMs

/** CPU ms allowed in `elapsedMs`. */
export function budget(elapsedMs: number, policy: Policy): number {
  return (policy.utilization * elapsedMs * policy.cores) / 100
}

/** The machine slept, or we did: what is open across the gap says nothing. */
export function voidWindow(vitals: Vitals): Vitals {
  return { ...vitals, window: null }
}

/** Memory as the limits count it. */
export interface Held {
  readonly rss: number
  readonly baseline: number | null
  /** Above the baseline; null while there is none. */
  readonly grown: number | null
}

/** By resident sizes; or by `once`, the bytes with shared pages counted once, where a reading has told them. */
export function heldOf({ baseline, baselineOnce, memory }: Vitals, once: number | null): Held {
  const rss = memory?.rss ?? 0
  const above = (from: number | null, size: number) => (from === null ? null : Math.max(0, size - from))
  // A baseline that was only told as a sum is compared with a sum: what is shared cancels out.
  if (once === null || baselineOnce === null) return { rss: once ?? rss, baseline, grown: above(baseline, rss) }
  return { rss: once, baseline: baselineOnce, grown: above(baselineOnce, once) }
}

/** Resident bytes above the baseline, shared pages counted for each process; null while there is none. */
export const footprint = (vitals: Vitals): number | null => (vitals.memory === null ? null : heldOf(vitals, null).grown)

/** Sustained excess, ms: hot windows in a row × their length. */
export const hotFor = (vitals: Vitals, policy: Policy): number =>
  vitals.hotWindows === 0 ? 0 : vitals.hotWindows * windowMs(policy)
