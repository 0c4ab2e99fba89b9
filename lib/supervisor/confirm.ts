/**
 * Memory of several processes: resident sizes count shared pages for each of them, so they only raise the alarm. It counts when
 * a reading with shared pages counted once confirms it, which another process takes, or when no such reading is to be had.
 */
import { fastestGrowth, roomOf } from '../core/pace.js'
import { type Context, type Supervised, settleMs, WATCHED } from './context.js'
import { enforced, onceNow, schedule } from './memory.js'
import { isTold } from './verdict.js'

/** A refuted alarm is not raised again for at least this long, unless what was added meanwhile is enough for another one; */
const QUIET_MS = 1000
/** and in any case for this many times the reading took: it is dear to the child, too. */
const QUIET_READINGS = 20
/** What was told in shadow mode is read again no sooner, to see whether it still holds. */
const TOLD_MS = 60_000

type Once = number | 'unreadable'

/** Asks for the reading, and calls `judge` with it if it confirms the alarm or cannot be had. */
export function confirm(context: Context, supervised: Supervised, judge: (once: Once) => boolean): void {
  const { clock } = context.ports
  const askedAt = clock.now()
  if (askedAt < supervised.quietUntil) return
  supervised.quietUntil = supervised.restUntil = Infinity
  askTwice(context, supervised, bytes => {
    supervised.quietUntil = supervised.restUntil = 0
    if (!judge(bytes ?? 'unreadable')) quiet(context, supervised, bytes, askedAt)
    schedule(context, supervised, clock.now())
    context.arm(supervised)
  })
}

/** One reading may fail for many reasons: a helper that was lost, no descriptor. After two, the last one and what was added has to do. */
function askTwice(context: Context, supervised: Supervised, answer: (bytes: number | null) => void): void {
  ask(context, supervised, first => {
    if (first !== null) answer(first)
    else ask(context, supervised, second => answer(second ?? onceNow(supervised.vitals, supervised.once)))
  })
}

/** The baseline of several processes, with shared pages counted once. */
export function readBaseline(context: Context, supervised: Supervised): void {
  ask(context, supervised, bytes => {
    supervised.vitals = { ...supervised.vitals, baselineOnce: bytes }
  })
}

/** Nothing follows: the next alarm when something could, which is when it was refuted and could be true. */
function quiet(context: Context, supervised: Supervised, bytes: number | null, askedAt: number): void {
  const { vitals, config } = supervised
  const now = context.ports.clock.now()
  const room = enforced(supervised, roomOf(vitals, config.policy, bytes))
  const reach = (1000 * Math.min(room.soft, room.hard)) / fastestGrowth(vitals, config.policy)
  const rest = QUIET_READINGS * (now - askedAt)
  const longest = Math.max(QUIET_MS, settleMs(config.policy))
  supervised.restUntil = now + Math.min(longest, rest)
  supervised.quietUntil = now + (isTold(supervised) ? TOLD_MS : Math.min(longest, Math.max(QUIET_MS, rest, reach)))
}

/** An answer for a life that is over, or being ended, is nobody's any more. */
function ask(context: Context, supervised: Supervised, answer: (bytes: number | null) => void): void {
  const { life } = supervised.child
  const { probe } = supervised
  if (probe === null) return
  const rss = supervised.vitals.memory?.rss ?? 0
  const members = probe.members()
  const pids = members.map(({ pid }) => pid)
  if (pids.length === 0) {
    // It has just ended, or cannot be looked at for want of descriptors.
    supervised.quietUntil = supervised.restUntil = context.ports.clock.now() + QUIET_MS
    return
  }
  // Read one after another, the share of whoever comes or goes meanwhile is in nobody's figure; but it holds this much.
  const largest = Math.max(0, ...members.map(({ rss }) => rss))
  context.ports.proportions.read(pids, read =>
    context.survive(() => {
      const bytes = read === null ? null : Math.max(read, largest)
      if (supervised.child.life !== life || !WATCHED.has(supervised.child.phase)) return
      if (bytes !== null) supervised.once = { bytes, rss }
      answer(bytes)
    }, supervised),
  )
}
