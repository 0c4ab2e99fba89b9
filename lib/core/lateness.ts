/** How late is a beat, net of what is not the child's fault? From a snapshot when the ping goes out, one look a tick. */
import type { Hang } from './model.js'
import type { ProcessState, Pulse } from './samples.js'

/** A ping that has not been answered. */
export interface Pending {
  readonly seq: number
  readonly since: Pulse
  readonly last: Pulse
  readonly looks: number
  /** Looks without progress of the main thread, and those among them that found it runnable. */
  readonly idleLooks: number
  readonly idleRunnable: number
  readonly stopped: number
  readonly waiting: number
  /** ms by which the watcher's own thread was late at the last look: for so long an answer may have lain unread */
  readonly watcherLateMs: number
}

export interface Lateness {
  /** wall time since the ping */
  readonly wall: number
  /** the child's own share of it */
  readonly own: number
  /** waited for a processor */
  readonly starved: number
  readonly watcherLate: number
  /** why, if it is late at all */
  readonly hang: Hang
  /** of the speaker at the last look */
  readonly state: ProcessState
}

export function openPending(seq: number, since: Pulse): Pending {
  const none = { looks: 0, idleLooks: 0, idleRunnable: 0, stopped: 0, waiting: 0, watcherLateMs: 0 }
  return { seq, since, last: since, ...none }
}

/** One more look at a child whose beat is pending. */
export function lookAgain(pending: Pending, pulse: Pulse, watcherLateMs: number): Pending {
  const idle = progress(pending.last, pulse) <= 0
  return {
    ...pending,
    last: pulse,
    looks: pending.looks + 1,
    idleLooks: pending.idleLooks + (idle ? 1 : 0),
    idleRunnable: pending.idleRunnable + (idle && pulse.state === 'R' ? 1 : 0),
    stopped: pending.stopped + (pulse.state === 'T' ? 1 : 0),
    waiting: pending.waiting + (pulse.state === 'D' ? 1 : 0),
    // Not their sum: at each look before, the channel had been read, and the child's own time goes on while the watcher is late.
    watcherLateMs,
  }
}

/**
 * own = L − (W + U·fR) − the watcher's own lateness, with L wall time, C the main thread's CPU, W its wait on the run queue.
 * Linux books a wait only when the thread gets a processor: a totally starved thread shows W = 0. What neither ran nor is booked
 * as waiting, U = L − C − W, therefore counts as waiting by the share fR of looks that found it runnable and getting nowhere.
 */
export function lateness(pending: Pending): Lateness {
  const { since, last } = pending
  const wall = last.at - since.at
  const ran = progress(since, last)
  const waited = (last.waitMs ?? 0) - (since.waitMs ?? 0)
  const unbooked = Math.max(0, wall - ran - waited)
  const runnableShare = pending.idleLooks === 0 ? 0 : pending.idleRunnable / pending.idleLooks
  const starved = waited + unbooked * runnableShare
  const own = Math.max(0, wall - starved - pending.watcherLateMs)
  return { wall, own, starved, watcherLate: pending.watcherLateMs, hang: hangOf(pending, ran, own), state: last.state }
}

function hangOf(pending: Pending, ran: number, own: number): Hang {
  if (pending.stopped * 2 > pending.looks) return 'stopped'
  if (ran * 2 >= own) return 'spinning'
  return pending.waiting * 2 > pending.looks ? 'waiting' : 'blocked'
}

const progress = (from: Pulse, to: Pulse): number => to.ranMs - from.ranMs
