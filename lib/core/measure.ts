/** Two samples → CPU over a window, footprint, growth of a hot streak. One record a life; each look makes the next record. */
import type { Policy, Sample } from './model.js'

/** CPU used in one closed window. */
export interface Usage {
  readonly elapsedMs: number
  readonly cpuMs: number
  /** utilization % × elapsed × cores ÷ 100 */
  readonly budgetMs: number
}

/** What is remembered of a life's samples. */
export interface Vitals {
  readonly bornAt: number
  /** From here on the baseline may be taken. */
  readonly baselineFrom: number
  /** Resident bytes that the footprint is counted from. */
  readonly baseline: number | null
  /** The sample that opened the current CPU window. */
  readonly window: Sample | null
  /** Windows over budget in a row. */
  readonly hotWindows: number
  readonly usage: Usage | null
  readonly last: Sample | null
}

/**
 * Vitals of a life that began at `bornAt`; the baseline is the resident size `settleMs` later (osquery takes the first sample,
 * but a program that has not begun yet is no baseline: a fresh Node is 3 MB at spawn and 40 MB at its first line).
 */
export function openVitals(bornAt: number, settleMs: number): Vitals {
  const baselineFrom = bornAt + settleMs
  return { bornAt, baselineFrom, baseline: null, window: null, hotWindows: 0, usage: null, last: null }
}

/** A look: memory every time, CPU when the window has had its length. */
export function observe(vitals: Vitals, sample: Sample, policy: Policy): Vitals {
  const seen = { ...vitals, last: sample, baseline: vitals.baseline ?? baselineOf(vitals, sample) }
  if (vitals.window === null) return { ...seen, window: sample }
  const elapsedMs = sample.at - vitals.window.at
  // A timer may fire a hair early; a window short by less than a tick of CPU accounting is whole.
  if (elapsedMs < policy.interval - 10) return seen
  const usage = { elapsedMs, cpuMs: sample.cpuMs - vitals.window.cpuMs, budgetMs: budget(elapsedMs, policy) }
  return { ...seen, usage, window: sample, hotWindows: isHot(usage) ? vitals.hotWindows + 1 : 0 }
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

/** Resident bytes above the baseline; null while there is none. */
export function footprint(vitals: Vitals): number | null {
  if (vitals.baseline === null || vitals.last === null) return null
  return Math.max(0, vitals.last.rss - vitals.baseline)
}

/** Sustained excess, ms: hot windows in a row × interval. */
export const hotFor = (vitals: Vitals, policy: Policy): number =>
  vitals.hotWindows === 0 ? 0 : vitals.hotWindows * policy.interval

/** Nothing resident is not a baseline: the next sample is asked, as in osquery. */
function baselineOf(vitals: Vitals, sample: Sample): number | null {
  return sample.at >= vitals.baselineFrom && sample.rss > 0 ? sample.rss : null
}
