/** A deadline has come: for most it is the table's next step, but two may be put off. */
import { KILL_GRACE_MS } from '../core/ladder.js'
import type { Context, Supervised } from './context.js'
import { isDying } from './leave.js'
import { mayBegin } from './storm.js'

/** Whoever has a processor's turn to wait for after SIGKILL is not waited for longer than this. */
const DYING_MS = 60_000

export function pastDeadline(context: Context, supervised: Supervised, now: number): void {
  const { phase } = supervised.child
  if (phase === 'waiting' && !mayBegin(context, supervised, now)) return
  if ((phase === 'killing' || phase === 'purging') && stillDies(context, supervised, now)) return
  context.feed(supervised, { type: 'deadline' })
}

/** SIGKILL takes effect when its process gets a processor: a machine that is slow is no reason to give it up, and all others with it. */
function stillDies(context: Context, supervised: Supervised, now: number): boolean {
  if (now - supervised.killedAt >= DYING_MS || !isDying(context, supervised)) return false
  supervised.child = { ...supervised.child, deadline: now + KILL_GRACE_MS }
  return true
}
