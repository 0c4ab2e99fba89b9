/**
 * Children that somebody else has spawned. Only their parent is told of their end; main tells it on, unless it is blocked. So
 * they are asked: at their looks, and often while they are being ended.
 */
import type { Context, Supervised } from './context.js'
import { pulseOf } from './ping.js'
import { openProbe } from './probe.js'
import { exited } from './spawn.js'

const ASK_MS = 50
/** Whoever is gone without a trace was reaped by main, so main is not blocked, and its word of how it ended is on its way. */
const WORD_MS = 1000

export function askWhetherGone(context: Context, supervised: Supervised, now: number): void {
  const { run } = supervised.config
  if (run.type !== 'adopted' || supervised.child.pid === null) return
  // It is known to have ended; what it left is being swept.
  if (supervised.child.end !== null) {
    supervised.askAt = Infinity
    return
  }
  if (!isGone(context, supervised)) {
    supervised.goneAt = Infinity
    supervised.askAt = supervised.child.phase === 'up' ? Infinity : now + ASK_MS
    return
  }
  supervised.goneAt = Math.min(supervised.goneAt, now)
  supervised.askAt = now + ASK_MS
  const ending = supervised.probe?.ending() ?? null
  if (ending === null && run.reported && now - supervised.goneAt < WORD_MS) return
  exited(context, supervised, ending?.code ?? null, ending?.signal ?? null)
}

function isGone(context: Context, supervised: Supervised): boolean {
  openProbe(context, supervised)
  return supervised.probe === null ? supervised.isStranger : pulseOf(supervised.probe) === 'gone'
}
