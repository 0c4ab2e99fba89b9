/** Looks at memory between the CPU windows, as often as core/pace.ts wants them. */
import { observeMemory, type Vitals } from '../core/measure.js'
import { gapOf, type Room, roomOf, timeToLimit } from '../core/pace.js'
import { type Context, type Supervised, settleMs } from './context.js'

/** A look at memory alone. Is the child over a limit, by its resident sizes? */
export function lookAtMemory(context: Context, supervised: Supervised, now: number): boolean {
  // Before the look, so that one that throws is not due again at once.
  supervised.lookAt = now + settleMs(supervised.config.policy)
  const memory = { at: 0, rss: 0, processes: 0 }
  if (supervised.probe?.lookAtMemory(memory) !== 'seen') {
    supervised.lookAt = now + supervised.lookGap
    return false
  }
  supervised.vitals = observeMemory(supervised.vitals, memory)
  supervised.recorder.look(memory, sharedNow(supervised))
  return schedule(context, supervised, now)
}

/** When to look again, from what was seen just now. Is it over a limit? In a ladder only memoryHard still counts. */
export function schedule(context: Context, supervised: Supervised, at: number): boolean {
  const { vitals, config } = supervised
  const isQuiet = at < supervised.quietUntil
  const room = enforced(supervised, roomOf(vitals, config.policy, isQuiet ? onceNow(vitals, supervised.once) : null))
  const isOver = room.soft < 0 || room.hard < 0
  // What has been added since the alarm was refuted is enough for another one.
  if (isOver && isQuiet && at >= supervised.restUntil) supervised.quietUntil = 0
  const wish = config.policy.judged ? timeToLimit(vitals, config.policy, room, at) : Infinity
  supervised.lookGap = gapOf(wish, context.thrift.pace, settleMs(config.policy))
  supervised.lookAt = Math.min(at + supervised.lookGap, isQuiet ? supervised.quietUntil : Infinity)
  return isOver
}

/** The room that still matters. */
export function enforced({ child, standing }: Supervised, { soft, hard }: Room): Room {
  const isSoftOver = child.phase !== 'up' || standing.includes('memory') || standing.includes('memoryTotal')
  return { soft: isSoftOver ? Infinity : soft, hard: standing.includes('memoryHard') ? Infinity : hard }
}

/** The best that is known of a child's memory with shared pages counted once: what was shared at the last reading is so still. */
export function onceNow(vitals: Vitals, once: Supervised['once']): number | null {
  if (once === null || vitals.memory === null || vitals.memory.processes === 1) return null
  return Math.max(0, vitals.memory.rss - (once.rss - once.bytes))
}

/** Bytes that the resident sizes of several processes count more than once; NaN: nobody has read it. */
export function sharedNow({ vitals, once }: Supervised): number {
  if ((vitals.memory?.processes ?? 1) === 1) return 0
  return once === null ? Number.NaN : Math.max(0, once.rss - once.bytes)
}
