/** What the flight recorder has of a child: part of an incident (incident.ts), in the same units. */
import type { ProcessState } from '../core/samples.js'

/** The last ten minutes, in columns: the n-th entries of a table's columns belong together. */
export interface Recording {
  /** A row a CPU window. */
  readonly samples: {
    readonly at: readonly number[]
    readonly life: readonly number[]
    /** CPU since the life began, ms. */
    readonly cpuMs: readonly number[]
    /** Resident bytes, as the limits count them: of several processes with shared pages once, where that is known. */
    readonly rss: readonly number[]
    readonly processes: readonly number[]
    /** The worst since the row before; null without a client. */
    readonly lateness: readonly (number | null)[]
    readonly state: readonly ProcessState[]
  }
  /** The last looks at memory between the windows. */
  readonly memory: { readonly at: readonly number[]; readonly rss: readonly number[] }
  /** Beats: how long each was out, and the child's own share of that; several of 2.5 s are one row, the worst. */
  readonly beats: { readonly at: readonly number[]; readonly wall: readonly number[]; readonly own: readonly number[] }
  /** What was told of the child. */
  readonly events: readonly {
    readonly at: number
    readonly life: number
    readonly type: string
    readonly message: string
  }[]
}
