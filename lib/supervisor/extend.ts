/** More time, when a child asks for it before long work: it is not pinged, and neither CPU nor heartbeat is judged. */
import { who } from '../core/tell.js'
import { formatMs } from '../core/units.js'
import type { FromChild } from '../wire/beats.js'
import { about, type Context, fault, type Supervised } from './context.js'
import { type Account, dealingsOf } from './dealings.js'

/** Who asks more often has its time, and is told of once a second. */
const TOLD_MS = 1000

type Extend = Extract<FromChild, { type: 'extend' }>

export const isExtended = ({ child, dealings }: Supervised, now: number): boolean =>
  dealings.life === child.life && now < dealings.extendedUntil

/** Did it have more time in a CPU window that was opened at `openedAt`, or in a part of it? */
export const wasExtended = ({ child, dealings }: Supervised, openedAt: number): boolean =>
  dealings.life === child.life && openedAt < dealings.extendedUntil

/** All that it is given without an answer in between ends at most `extendLimit` after the first of it began. */
export function extend(context: Context, supervised: Supervised, { ms, pid }: Extend): void {
  const { child, config, speakers } = supervised
  const asker = pid ?? (child.pid as number)
  if (asker !== child.pid && !speakers.has(asker)) {
    fault(context, supervised, `pid ${asker} asked for time, and has not said hello on its channel`, 'unknown speaker')
    return
  }
  const now = context.ports.clock.now()
  const dealings = dealingsOf(supervised, now)
  const account = accountOf(dealings.accounts, asker, now)
  // In a ladder it is too late.
  const most = child.phase === 'up' ? account.since + config.policy.extendLimit : now
  const until = Math.min(now + ms, most)
  const granted = Math.max(0, Math.round(until - now))
  const isCut = now + ms > most
  if (until > Math.max(now, dealings.extendedUntil)) {
    dealings.extendedUntil = until
    beginAfresh(context, supervised)
  } else if (!isCut) return
  if (!isNews(account, now, isCut, granted)) return
  account.toldAt = now
  const message = `${who(child)} asked for ${formatMs(ms)} more: ${answer(supervised, granted, isCut)}`
  context.emit({ type: 'extend', ...about(supervised, context.ports.clock), pid: asker, ms, granted, message })
}

function isNews(account: Account, now: number, isCut: boolean, granted: number): boolean {
  if (!isCut) return now - account.toldAt >= TOLD_MS
  const how = granted > 0 ? 'cut' : 'refused'
  if (account.exhausted === how || account.exhausted === 'refused') return false
  account.exhausted = how
  return true
}

function accountOf(accounts: Map<number, Account>, pid: number, now: number): Account {
  const open = accounts.get(pid)
  if (open !== undefined) return open
  const account: Account = { since: now, toldAt: -Infinity, exhausted: null }
  accounts.set(pid, account)
  return account
}

function answer({ child, config }: Supervised, granted: number, isCut: boolean): string {
  if (!isCut) return 'granted; memory is still enforced'
  if (child.phase !== 'up') return 'refused, for it is being stopped'
  const { extendLimit, sources } = config.policy
  const bound = `extendLimit is ${formatMs(extendLimit)}, set by ${sources.extendLimit}`
  return granted === 0 ? `refused: ${bound}` : `${formatMs(granted)} are granted: ${bound}`
}

/** Pings that are out are void, and none goes out before the end. */
function beginAfresh(context: Context, supervised: Supervised): void {
  for (const speaker of supervised.speakers.values()) {
    speaker.pending = null
    speaker.late = null
  }
  supervised.verdictAt = Infinity
  context.arm(supervised)
}
