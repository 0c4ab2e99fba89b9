/** How fast memory grows, and how steadily: a mean and a mean deviation, as TCP estimates its round trips. */
import type { MemorySample } from './samples.js'

export interface Growth {
  /** Mean, bytes a second. */
  readonly perSecond: number
  readonly deviation: number
  /** Rates that the mean is made of. */
  readonly rates: number
  /** The look that the next rate counts from. */
  readonly since: MemorySample | null
  /** The most that was seen between two looks, bytes a second. */
  readonly fastest: number
}

/** A rate over less than this is noise: pages come in bursts. */
const SHORTEST_RATE_MS = 250
const SHORTEST_LOOK_MS = 10
/** A rate this long ago weighs a third of what it did. */
const MEMORY_MS = 1000
/** Fewer rates than this are no trend. */
const FEWEST_RATES = 4
/** Steady: the rates stray from their mean by less than this part of it. */
const STEADY_WITHIN = 1 / 4

export const ungrown: Growth = { perSecond: 0, deviation: 0, rates: 0, since: null, fastest: 0 }

/** One more look. A process that came or went is a jump, not growth: the next rate counts from here. */
export function grow(growth: Growth, last: MemorySample | null, now: MemorySample): Growth {
  if (growth.since === null || growth.since.processes !== now.processes) return { ...growth, since: now }
  const fastest = Math.max(growth.fastest, burst(last, now))
  if (now.at - growth.since.at < SHORTEST_RATE_MS) return fastest === growth.fastest ? growth : { ...growth, fastest }
  const weight = 1 - Math.exp((growth.since.at - now.at) / MEMORY_MS)
  return { ...withRate(growth, rate(growth.since, now), weight), since: now, fastest }
}

/** Whether growth is steady enough for a forecast. The deviation is never negative, so a rate of zero or less is never steady. */
export const isSteady = ({ rates, perSecond, deviation }: Growth): boolean =>
  rates >= FEWEST_RATES && deviation < perSecond * STEADY_WITHIN

function withRate(growth: Growth, perSecond: number, weight: number): Growth {
  if (growth.rates === 0) return { ...growth, perSecond, deviation: Math.abs(perSecond) / 2, rates: 1 }
  const error = perSecond - growth.perSecond
  return {
    ...growth,
    perSecond: growth.perSecond + weight * error,
    deviation: growth.deviation + weight * (Math.abs(error) - growth.deviation),
    rates: growth.rates + 1,
  }
}

function burst(last: MemorySample | null, now: MemorySample): number {
  if (last === null || now.at - last.at < SHORTEST_LOOK_MS) return 0
  return rate(last, now)
}

const rate = (from: MemorySample, to: MemorySample): number => (1000 * (to.rss - from.rss)) / (to.at - from.at)
