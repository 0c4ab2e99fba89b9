/**
 * An incident: why a life ended, as one JSON file that explains itself (docs/incidents.md documents each field). Times are ms
 * since the epoch, durations ms, sizes bytes, unless a name says otherwise; null is "off", or "not known", as the field says.
 * A reader passes over fields that it does not know; `version` changes when one that is here changes its meaning.
 */
import type { Cause, Hang, Kind, Level, LimitName, Measure, Restart, Verdict } from '../core/model.js'
import type { ProcessState } from '../core/samples.js'
import type { Evidence, MachineState } from './evidence.js'
import type { Recording } from './recording.js'

export const INCIDENT_FORMAT = 'osqwatch-incident'
export const INCIDENT_VERSION = 1
/** In the next life's environment: the file of the child's last incident. */
export const LAST_INCIDENT_ENV = 'OSQWATCH_LAST_INCIDENT'

export interface Incident {
  readonly format: typeof INCIDENT_FORMAT
  readonly version: typeof INCIDENT_VERSION
  /** When the life ended. */
  readonly at: number
  /** One paragraph in plain words. */
  readonly account: string
  readonly host: IncidentHost
  readonly child: IncidentChild
  /** The limit that ended the life; null: none did. */
  readonly verdict: IncidentVerdict | null
  readonly exit: IncidentExit
  readonly next: IncidentNext
  readonly limits: IncidentLimits
  /** From the verdict to the end, each rung with its time. */
  readonly ladder: readonly IncidentRung[]
  readonly recording: Recording
  /** Its living processes at the verdict, or at the last look before the end; the first process first. */
  readonly tree: readonly IncidentProcess[]
  /** The last of what it wrote to a stderr that is piped to the host; null: it was not. */
  readonly stderr: { readonly text: string; readonly truncated: boolean } | null
  readonly machine: MachineState
  readonly evidence: Evidence
  /** For `osqwatch replay`: the life's looks, and the limits that they are held against. */
  readonly replay: ReplayCase
}

export interface IncidentHost {
  readonly pid: number
  /** secrets masked */
  readonly command: string
  readonly cwd: string
  /** of osqwatch, and of Node */
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly arch: string
}

export interface IncidentChild {
  readonly name: string
  readonly kind: Kind
  readonly pid: number | null
  readonly life: number
  /** Failed lives in a row, this one included. */
  readonly streak: number
  /** Program and arguments, secrets masked. */
  readonly command: string
  readonly cwd: string
  /** Set by the child's options, secrets masked: what the host's environment does not have. */
  readonly env: Readonly<Record<string, string>>
  readonly startedAt: number | null
  /** What it said that it was doing, by `activity(…)`. */
  readonly activity: Activity | null
}

export interface Activity {
  readonly at: number
  readonly text: string
}

export interface IncidentVerdict {
  readonly at: number
  readonly verdict: Verdict
  readonly limitName: LimitName
  /** bytes for memory, ms for cpu and heartbeat */
  readonly value: number
  readonly limit: number
  /** Where the limit was set. */
  readonly setBy: string
  readonly state: ProcessState
  readonly hang: Hang | null
  readonly hard: boolean
  readonly baseline: number | null
  readonly rss: number
  readonly processes: number
  readonly measure: Measure
  /** As the `limit` event told it. */
  readonly message: string
}

export interface IncidentExit {
  readonly code: number | null
  readonly signal: string | null
  readonly uptime: number
  readonly cause: Cause
  /** Of a crash: where the core is, or what it was handed to; null: there is none that is known of. */
  readonly core: string | null
  /** As the `exit` event told it. */
  readonly message: string
}

export interface IncidentNext {
  readonly type: 'respawn' | 'giveup' | 'stays-down'
  /** ms until the next start */
  readonly delay: number | null
  readonly reason: string | null
}

export interface IncidentLimits {
  readonly level: Level
  readonly restart: Restart
  readonly cores: number
  /** null is off */
  readonly values: Readonly<Record<LimitName, number | null>>
  readonly hardTotal: number | null
  readonly hardFootprint: number | null
  /** Where each was set. */
  readonly sources: Readonly<Record<LimitName, string>>
}

export interface IncidentRung {
  readonly at: number
  readonly rung: 'limit' | 'warn' | 'terminate' | 'kill' | 'exit'
  readonly message: string
}

export interface IncidentProcess {
  readonly pid: number
  readonly parent: number
  readonly name: string
  /** secrets masked; null: it could not be read */
  readonly command: string | null
  readonly rss: number
  readonly cpuMs: number
}

/** A `limits` case of `osqwatch replay` (core/replay.ts), as a life has written it. */
export interface ReplayCase {
  readonly kind: 'limits'
  readonly cores: number
  /** null is off */
  readonly limits: Readonly<Record<string, number | null>>
  /** Resident bytes that the footprint is counted from; null: the first tick's. */
  readonly baseline: number | null
  /** `[seconds since spawn, user CPU ms, system CPU ms, resident bytes]`, a row a window; system CPU is in user's. */
  readonly ticks: readonly (readonly [number, number, number, number])[]
  /** `[seconds since spawn, resident bytes]`: looks at memory between the windows. */
  readonly memory: readonly (readonly [number, number])[]
}
