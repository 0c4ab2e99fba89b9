/**
 * When does a child want to be attended to? Timer slack, as the kernel has it: what is due may be done from one moment on, and
 * is late after another. A wake-up costs more than a look, so each is shared by all that may be done by then.
 */
import { windowMs } from '../core/measure.js'
import { isSwept, type Supervised, WATCHED } from './context.js'

/** Share of a window that it may be longer: CPU is counted over the time that really passed. */
const WINDOW_SLACK = 1 / 32
/** Share of its gap by which a look at memory may come early. */
const LOOK_SLACK = 1 / 2

/** From when on something may be done. */
export function dueFrom(supervised: Supervised, quickest: number): number {
  if (!WATCHED.has(supervised.child.phase)) return exactly(supervised)
  return Math.min(exactly(supervised), supervised.windowAt, lookFrom(supervised, quickest))
}

/** When something is late. */
export function dueBy(supervised: Supervised): number {
  if (!WATCHED.has(supervised.child.phase)) return exactly(supervised)
  const windowBy = supervised.windowAt + WINDOW_SLACK * windowMs(supervised.config.policy)
  return Math.min(exactly(supervised), windowBy, supervised.lookAt)
}

/** From when on memory may be looked at again: never sooner after the last time than a look is worth. */
export function lookFrom({ lookAt, lookGap }: Supervised, quickest: number): number {
  if (lookAt === Infinity) return Infinity
  return lookAt - Math.max(0, Math.min(LOOK_SLACK * lookGap, lookGap - quickest))
}

/** Rungs, pings (which come in one burst for all), verdicts. */
function exactly(supervised: Supervised): number {
  const deadline = supervised.child.deadline ?? Infinity
  if (isSwept(supervised)) return Math.min(deadline, supervised.sweepAt)
  if (supervised.child.phase !== 'up') return deadline
  return Math.min(deadline, supervised.pingAt, supervised.verdictAt)
}
