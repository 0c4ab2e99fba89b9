/**
 * Memory of several processes: resident sizes count shared pages for each of them, so they only raise the alarm. It counts when
 * a reading with shared pages counted once confirms it, which another process takes, or when no such reading is to be had.
 */
import { fastestGrowth, roomOf } from '../core/pace.js'
import { type Context, type Supervised, settleMs, WATCHED } from './context.js'
import { enforced, schedule } from './memory.js'

/** After a refuted alarm there is none for at least this long, */
const QUIET_MS = 1000
/** and for this many times the reading took: it is dear to the child, too. */
const QUIET_READINGS = 20

type Once = number | 'unreadable'

/** Asks for the reading, and calls `judge` with it if it confirms the alarm or cannot be had. */
export function confirm(context: Context, supervised: Supervised, judge: (once: Once) => boolean): void {
  const askedAt = context.ports.clock.now()
  if (askedAt < supervised.quietUntil) return
  supervised.quietUntil = Infinity
  supervised.lookAt = Infinity
  ask(context, supervised, bytes => {
    supervised.quietUntil = 0
    if (!judge(bytes ?? 'unreadable') && bytes !== null) quiet(context, supervised, bytes, askedAt)
    schedule(context, supervised, context.ports.clock.now())
    context.arm(supervised)
  })
}

/** The baseline of several processes, with shared pages counted once. */
export function readBaseline(context: Context, supervised: Supervised): void {
  ask(context, supervised, bytes => {
    supervised.vitals = { ...supervised.vitals, baselineOnce: bytes }
  })
}

/** Refuted: the next alarm when it could be true. */
function quiet(context: Context, supervised: Supervised, bytes: number, askedAt: number): void {
  const { vitals, config } = supervised
  const now = context.ports.clock.now()
  const room = enforced(supervised, roomOf(vitals, config.policy, bytes))
  const reach = (1000 * Math.min(room.soft, room.hard)) / fastestGrowth(vitals, config.policy)
  const least = Math.max(QUIET_MS, QUIET_READINGS * (now - askedAt))
  const longest = Math.max(QUIET_MS, settleMs(config.policy))
  supervised.quietUntil = now + Math.min(longest, Math.max(least, reach))
}

/** An answer for a life that is over, or being ended, is nobody's any more. */
function ask(context: Context, supervised: Supervised, answer: (bytes: number | null) => void): void {
  const { life } = supervised.child
  const { probe } = supervised
  if (probe === null) return
  const rss = supervised.vitals.memory?.rss ?? 0
  const pids = probe.members().map(({ pid }) => pid)
  context.ports.proportions.read(pids, bytes =>
    context.survive(() => {
      if (supervised.child.life !== life || !WATCHED.has(supervised.child.phase)) return
      if (bytes !== null) supervised.once = { bytes, rss }
      answer(bytes)
    }, supervised),
  )
}
