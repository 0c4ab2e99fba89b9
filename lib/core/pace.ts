/**
 * WHEN MEMORY IS LOOKED AT AGAIN: after the time in which the fastest growth to be expected could reach the nearest limit, so
 * that a leak from a standing start is met on its way. Never more often than a look is worth, never rarer than `interval`.
 */
import { isSteady } from './growth.js'
import { heldOf, type Vitals } from './measure.js'
import type { Policy } from './model.js'

/** Bytes left to the nearest memory limit: negative when over it, `Infinity` where there is none. */
export interface Room {
  /** `memory` and `memoryTotal`, which begin a ladder. */
  readonly soft: number
  /** `memoryHard`. */
  readonly hard: number
}

/** From this much stretching on, those that are nearest to their limits wait longer, too. */
const LAST_STRETCH = 4
const MOST_STRETCH = 8
/** How far one second's excess corrects the stretch; more than about a half would swing. */
const GAIN = 0.3

/** Reckoned by resident sizes, or by `once`: see `heldOf`. */
export function roomOf(vitals: Vitals, policy: Policy, once: number | null): Room {
  const { rss, grown } = heldOf(vitals, once)
  const left = (total: number, above: number) => Math.min(total - rss, grown === null ? Infinity : above - grown)
  return { soft: left(policy.memoryTotal, policy.memory), hard: left(policy.hardTotal, policy.hardFootprint) }
}

/** Bytes a second: what is to be expected of anything, or more when the child has shown more. Never nothing. */
export const fastestGrowth = ({ growth }: Vitals, policy: Policy): number =>
  Math.max(policy.memoryGrowth, growth.fastest, 1)

/** ms until a limit could be passed and enforced; `Infinity` where none is on. A soft limit waits for `delay`. */
export function timeToLimit(vitals: Vitals, policy: Policy, room: Room, at: number): number {
  const perMs = fastestGrowth(vitals, policy) / 1000
  const soft = Math.max(room.soft / perMs, vitals.bornAt + policy.delay - at)
  return Math.min(soft, room.hard / perMs, timeToBaseline(vitals, policy, at))
}

/** A limit that counts from the baseline has to have one. */
const timeToBaseline = ({ baseline, baselineFrom }: Vitals, { memory, hardFootprint }: Policy, at: number): number =>
  baseline !== null || Math.min(memory, hardFootprint) === Infinity ? Infinity : baselineFrom - at

/** The gaps between looks at memory, all of the watcher's: bounded below by what a look is worth, above by `interval`. */
export interface Pace {
  /** ms */
  readonly quickest: number
  /** 0: as wished. More: looks would cost more than their share, and the gaps of the least urgent are widened first. */
  readonly stretch: number
}

/** The gap before the next look, ms: the wish, stretched, within its bounds. */
export function gapOf(wish: number, { quickest, stretch }: Pace, longest: number): number {
  if (wish === Infinity) return Infinity
  const ratio = Math.max(1, wish / quickest)
  return Math.min(longest, quickestOf({ quickest, stretch }) * ratio ** (1 + stretch))
}

/** What the most urgent get. */
const quickestOf = ({ quickest, stretch }: Pace): number => quickest * Math.exp(Math.max(0, stretch - LAST_STRETCH))

/** The most by which a limit can be passed before it is noticed, bytes: at the fastest growth, from where the child is now. */
export function overshootOf(gap: number, pace: Pace, fastest: number, room: Room): number {
  const left = Math.min(room.soft, room.hard)
  return Math.round(Math.max(fastest * quickestOf(pace), fastest * gap - 1000 * left) / 1000)
}

/** Looks cost `spent`, and may cost `share` (both parts of one core): the stretch for the next second. */
export function restretch(stretch: number, spent: number, share: number): number {
  if (share === Infinity) return 0
  const correction = GAIN * Math.log(Math.max(spent / share, 0.1))
  return Math.min(MOST_STRETCH, Math.max(0, stretch + correction))
}

/** ms until the nearest memory limit is reached at the present growth; null unless that is steady, or without a limit. */
export function timeLeft(vitals: Vitals, room: Room): number | null {
  const left = Math.min(room.soft, room.hard)
  if (left === Infinity || !isSteady(vitals.growth)) return null
  return Math.round((1000 * Math.max(0, left)) / vitals.growth.perSecond)
}
