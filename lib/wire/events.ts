import type { Cause, DeferReason, Hang, LimitName, Measure, Verdict } from '../core/model.js'
import type { ProcessState } from '../core/samples.js'

/** `at` is in ms since the epoch; `message` tells the event in one line. */
interface Told {
  readonly at: number
  readonly message: string
}

interface OfChild extends Told {
  readonly child: string
  readonly pid: number | null
  readonly life: number
}

export interface SpawnEvent extends OfChild {
  readonly type: 'spawn'
}

/** A process that somebody else has started is watched from here on. */
export interface AdoptEvent extends OfChild {
  readonly type: 'adopt'
}

/** The client inside the child said hello: from here on its heartbeat is judged. `pid` is the speaker's. */
export interface ReadyEvent extends OfChild {
  readonly type: 'ready'
}

/** Sent only while somebody listens. */
export interface SampleEvent extends Omit<OfChild, 'message'> {
  readonly type: 'sample'
  /** % of one core, as in `top` */
  readonly cpu: number
  /** % of all cores, as the limit counts it */
  readonly utilization: number
  /** user + system CPU of this life, ms */
  readonly cpuMs: number
  /** resident bytes, summed over the child's processes */
  readonly rss: number
  /** resident bytes above the baseline; null until there is one */
  readonly footprint: number | null
  /** living processes of the child */
  readonly processes: number
  /** bytes a second, over the last seconds */
  readonly growth: number
  /** ms until the nearest memory limit, if it grows on like this; null unless the growth is steady */
  readonly timeLeft: number | null
  /** ms, net of what is not the child's fault; null without a client */
  readonly lateness: number | null
}

export interface LimitEvent extends OfChild {
  readonly type: 'limit'
  readonly verdict: Verdict
  readonly limitName: LimitName
  /** bytes (memory) or ms (cpu, heartbeat) */
  readonly value: number
  readonly limit: number
  readonly state: ProcessState
  readonly hang: Hang | null
  /** living processes of the child, and how their memory was counted */
  readonly processes: number
  readonly measure: Measure
  /** false: shadow mode, nothing follows */
  readonly enforced: boolean
}

export interface DeferEvent extends OfChild {
  readonly type: 'defer'
  readonly reason: DeferReason
}

/** A child asked for more time: `pid` is the speaker's. */
export interface ExtendEvent extends OfChild {
  readonly type: 'extend'
  /** ms that it asked for */
  readonly ms: number
  /** ms that it has from now on; 0: refused */
  readonly granted: number
}

/** By which ways the child was warned; `why` says why SIGUSR1 was not one of them. */
export interface WarnEvent extends OfChild {
  readonly type: 'warn'
  readonly channel: boolean
  readonly signal: 'SIGUSR1' | null
  readonly why: string | null
}

export interface TerminateEvent extends OfChild {
  readonly type: 'terminate'
}

export interface KillEvent extends OfChild {
  readonly type: 'kill'
}

export interface ExitEvent extends OfChild {
  readonly type: 'exit'
  readonly code: number | null
  readonly signal: string | null
  /** ms */
  readonly uptime: number
  readonly cause: Cause
  readonly verdict: Verdict | null
}

export interface BackoffEvent extends OfChild {
  readonly type: 'backoff'
  /** ms until the next start */
  readonly delay: number
  readonly streak: number
  /** the wait is over, and goes on: respawnsPerMinute is reached */
  readonly queued: boolean
}

export interface GiveupEvent extends OfChild {
  readonly type: 'giveup'
  /** exit code that an osquery level would end the host with */
  readonly code: number
  readonly reason: string
}

/**
 * A limit ended a life, a life failed, or the child was given up: the whole story is in a file (wire/incident.ts). `cause` and
 * `verdict` are those of the `exit` event.
 */
export interface IncidentEvent extends OfChild {
  readonly type: 'incident'
  /** null: it could not be written */
  readonly path: string | null
  /** why it could not; else null */
  readonly error: string | null
  readonly cause: Cause
  readonly verdict: Verdict | null
  /** one paragraph in plain words */
  readonly account: string
}

/** The watcher, or its host, is itself over a limit. */
export interface UnhealthyEvent extends Told {
  readonly type: 'unhealthy'
  readonly reason: string
}

/** Something went wrong that the watcher survived. */
export interface FaultEvent extends Told {
  readonly type: 'fault'
  readonly child?: string
}

export interface ShutdownEvent extends Told {
  readonly type: 'shutdown'
  readonly code: number
  readonly reason: string
}

/** Every status message, one way from the watcher thread to main. */
export type WatcherEvent =
  | SpawnEvent
  | AdoptEvent
  | ReadyEvent
  | SampleEvent
  | LimitEvent
  | DeferEvent
  | ExtendEvent
  | WarnEvent
  | TerminateEvent
  | KillEvent
  | ExitEvent
  | BackoffEvent
  | GiveupEvent
  | IncidentEvent
  | UnhealthyEvent
  | FaultEvent
  | ShutdownEvent

export type EventType = WatcherEvent['type']
