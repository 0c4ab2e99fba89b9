/**
 * The words of the core. Times are monotonic milliseconds, sizes are bytes, unless a name says otherwise.
 * Everything here is plain data: it crosses threads, and a recorded case is made of nothing else.
 */
import type { ProcessState } from './samples.js'

/** The worker is what the host exists to run, extensions are helpers beside it, an adopted child was spawned by somebody else. */
export type Kind = 'worker' | 'extension' | 'adopted'

/** osquery's levels by name, and `app`: only what the user sets, plus hang detection. */
export type Level = 'app' | 'normal' | 'restrictive' | 'off'

export type Restart = 'always' | 'on-failure' | 'never'

/** Every row of the table of limits (core/limits.ts). */
export type LimitName =
  | 'memory'
  | 'memoryTotal'
  | 'memoryHard'
  | 'memoryGrowth'
  | 'utilization'
  | 'latency'
  | 'interval'
  | 'heartbeatInterval'
  | 'heartbeatLimit'
  | 'extendLimit'
  | 'delay'
  | 'warnDelay'
  | 'forcedShutdownDelay'
  | 'stopTimeout'
  | 'respawnLimit'
  | 'respawnMinUptime'
  | 'respawnDelay'
  | 'respawnMaxDelay'
  | 'respawnReset'

/**
 * The limits in force for one child: bytes, milliseconds, percent of all cores, counts. `Infinity` is off.
 * `sources` says where each was set, in words that a message can print: `limits.memory`, `level normal`, …
 */
export interface Policy extends Readonly<Record<LimitName, number>> {
  readonly level: Level
  readonly restart: Restart
  /** Processors that the budget is reckoned from: min(available parallelism, cgroup quota). */
  readonly cores: number
  /** Resident bytes and footprint at which there is no ladder, only SIGKILL: `memoryHard`, or twice either memory limit. */
  readonly hardTotal: number
  readonly hardFootprint: number
  /** false: respawned but not judged, as osquery treats extensions by default. */
  readonly judged: boolean
  /** false: shadow mode. What breaks a limit is told, and nothing else is done about it. */
  readonly enforce: boolean
  readonly sources: Readonly<Record<LimitName, string>>
}

export type Verdict = 'memory' | 'cpu' | 'heartbeat'

/** Why a heartbeat failed, read from CPU and process state. */
export type Hang = 'spinning' | 'stopped' | 'waiting' | 'blocked'

export type DeferReason = 'starved' | 'suspended' | 'watcher-late' | 'debugger' | 'extended' | 'queued'

/**
 * How memory was counted. `resident`: one process. `proportional`: several, pages that are shared divided among those who
 * share them. `sum`: several, shared pages counted for each, since the proportional size could not be read.
 */
export type Measure = 'resident' | 'proportional' | 'sum'

/** A limit that was broken: enough to decide, to tell, and to warn the child. */
export interface Breach {
  readonly verdict: Verdict
  readonly limitName: LimitName
  /** bytes for memory, ms for cpu (sustained excess) and heartbeat (lateness) */
  readonly value: number
  /** the limit in the same unit */
  readonly limit: number
  readonly state: ProcessState
  readonly hang: Hang | null
  /** Passed memoryHard: no warning, no SIGTERM. */
  readonly hard: boolean
  /** resident bytes at the baseline and now, by `measure`, for the message */
  readonly baseline: number | null
  readonly rss: number
  readonly processes: number
  readonly measure: Measure
}

/**
 * `sweeping` and `purging`: the child itself has ended, members of its process group have not; they got SIGTERM, then SIGKILL.
 * `waiting`: backing off before the next life.
 */
export type Phase =
  | 'down'
  | 'starting'
  | 'up'
  | 'warned'
  | 'terminating'
  | 'killing'
  | 'sweeping'
  | 'purging'
  | 'waiting'

/** What is to happen once the life has ended: the respawn rules decide, stay down, or start again at once. */
export type Intent = 'decide' | 'stay-down' | 'restart'

/** `oom`: the kernel killed it for want of memory. `heap`: its own V8 heap was exhausted. */
export type Cause = 'limit' | 'requested' | 'exited' | 'crashed' | 'signal' | 'oom' | 'heap' | 'spawn'

/** One supervised child as the machine sees it. */
export interface Child {
  readonly name: string
  readonly kind: Kind
  readonly phase: Phase
  readonly pid: number | null
  /** Lives begun so far. */
  readonly life: number
  /** Failed lives in a row. */
  readonly streak: number
  readonly bornAt: number
  /** When the machine wants the input `deadline`; null: never. */
  readonly deadline: number | null
  /** The limit that this life broke, from the verdict to the life's end. */
  readonly breach: Breach | null
  readonly intent: Intent
  /** How the life ended, while its process group is still being swept. */
  readonly end: End | null
}

export interface End {
  readonly code: number | null
  readonly signal: string | null
  readonly uptime: number
  readonly cause: Cause
}

export type Input =
  | { readonly type: 'start' }
  /** `age`: ms that it has lived already, before it was adopted. */
  | { readonly type: 'spawned'; readonly pid: number; readonly age: number }
  /** `lasting`: trying again cannot help (ENOENT, EACCES, ENOEXEC, …). */
  | { readonly type: 'spawn-failed'; readonly code: string; readonly lasting: boolean; readonly reason: string }
  /** `hold`: ms that evidence may take before SIGTERM. */
  | { readonly type: 'breach'; readonly breach: Breach; readonly hold: number }
  /** The evidence is there: what `hold` had put off may come, `within` ms. */
  | { readonly type: 'examined'; readonly within: number }
  /** `within`: ms from SIGTERM to SIGKILL. */
  | { readonly type: 'stop'; readonly within: number }
  /** Somebody has asked it to end, by a signal that was passed on to it: it has its own time, `within` ms of it. */
  | { readonly type: 'asked'; readonly within: number }
  | { readonly type: 'restart' }
  /** `remnants`: members of its process group outlived it. */
  | {
      readonly type: 'exited'
      readonly code: number | null
      readonly signal: string | null
      readonly remnants: boolean
      /** What is known of its end beside that; null: nothing. */
      readonly because: 'oom' | 'heap' | null
    }
  /** The process group is empty. */
  | { readonly type: 'cleared' }
  | { readonly type: 'deadline' }

export type Effect =
  | { readonly type: 'spawn' }
  /** A limit was broken, and something follows from it. */
  | { readonly type: 'limit'; readonly breach: Breach; readonly hold: number }
  /** The channel's message to all; SIGUSR1 to a worker where it is safe. */
  | { readonly type: 'warn'; readonly breach: Breach }
  /** SIGTERM and SIGCONT, to the whole child. */
  | { readonly type: 'terminate'; readonly remnants: boolean }
  /** SIGKILL, to the whole child. */
  | { readonly type: 'kill'; readonly remnants: boolean }
  | { readonly type: 'exit'; readonly end: End; readonly failed: boolean }
  | { readonly type: 'backoff'; readonly delay: number }
  | { readonly type: 'giveup'; readonly code: number; readonly reason: string }
  /** SIGKILL did not end it, or (`remnants`) not all of its group. */
  | { readonly type: 'stuck'; readonly remnants: boolean }
