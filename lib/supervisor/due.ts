/**
 * When does a child want to be attended to? Timer slack, as the kernel has it: what is due may be done from one moment on, and
 * is late after another. A wake-up costs more than a look, so each is shared by all that may be done by then.
 */
import { isSwept, type Supervised, settleMs, WATCHED } from './context.js'

/** Share of a window that it may be longer: CPU is counted over the time that really passed. */
const WINDOW_SLACK = 1 / 32
/** Share of its gap by which a look at memory may come early. */
const LOOK_SLACK = 1 / 2

/** `quickest`: memory is not worth a look sooner than this after the last one. */
export function renewDue(supervised: Supervised, quickest: number): void {
  const { due, windowAt, lookAt, config } = supervised
  due.from = due.by = exactly(supervised)
  if (!WATCHED.has(supervised.child.phase)) return
  due.from = Math.min(due.from, windowAt, lookFrom(supervised, quickest))
  due.by = Math.min(due.by, windowAt + WINDOW_SLACK * settleMs(config.policy), lookAt)
}

/** From when on memory may be looked at again. */
export function lookFrom({ lookAt, lookGap }: Supervised, quickest: number): number {
  if (lookAt === Infinity) return Infinity
  return lookAt - Math.max(0, Math.min(LOOK_SLACK * lookGap, lookGap - quickest))
}

/** Rungs, pings (which come in bursts by themselves), verdicts. */
function exactly(supervised: Supervised): number {
  const deadline = Math.min(supervised.child.deadline ?? Infinity, supervised.askAt)
  if (isSwept(supervised)) return Math.min(deadline, supervised.sweepAt)
  if (supervised.child.phase !== 'up') return deadline
  return Math.min(deadline, supervised.pingAt, supervised.verdictAt)
}
