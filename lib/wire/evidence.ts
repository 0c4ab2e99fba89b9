/** What was found of a child and of its machine before it was ended: part of an incident (incident.ts), in the same units. */
import type { ProcessState } from '../core/samples.js'

export interface MachineState {
  readonly cores: number
  readonly load: readonly [number, number, number] | null
  readonly memory: { readonly total: number; readonly available: number | null }
  readonly swap: { readonly total: number; readonly free: number } | null
  /** /proc/pressure: percent of the time in which some, or all, waited. */
  readonly pressure: { readonly cpu: Pressure | null; readonly memory: Pressure | null; readonly io: Pressure | null }
}

export interface Pressure {
  readonly some: PressureLine
  readonly full: PressureLine | null
}

export interface PressureLine {
  readonly avg10: number
  readonly avg60: number
  readonly avg300: number
}

export interface Evidence {
  /** From inside each of its Node processes that has the client. */
  readonly node: readonly NodeEvidence[]
  /** From the system, of each process of the tree, the first one first. */
  readonly processes: readonly ProcessEvidence[]
  /** What could not be had, and why, a line each. */
  readonly notes: readonly string[]
}

/** Written by the client's helper thread inside the child, or by the client at an uncaught exception. */
export interface NodeEvidence {
  readonly pid: number
  readonly at: number
  /** Asked for by the watcher; on the way to an exhausted heap; an exception that nobody caught. */
  readonly trigger: 'asked' | 'heap' | 'exception'
  /** Of the main thread, innermost first. */
  readonly stack: readonly Frame[] | null
  readonly profile: Profile | null
  readonly allocations: Allocations | null
  /** v8.getHeapStatistics() and the sizes of the heap's spaces. */
  readonly heap: Heap | null
  /** Node's diagnostic report, without environment and shared objects. */
  readonly report: Readonly<Record<string, unknown>> | null
  /** Path of a heap snapshot. */
  readonly snapshot: string | null
  readonly error: { readonly name: string; readonly message: string; readonly stack: string } | null
  readonly notes: readonly string[]
}

export interface Frame {
  readonly function: string
  /** Path or URL; '' where there is none. `node:…` is Node's, `osqwatch:…` the client's. */
  readonly file: string
  /** From 1; 0: not known. */
  readonly line: number
  readonly column: number
}

/** A CPU profile, its calls as a tree: what was sampled in a frame itself, and below it. */
export interface Profile {
  readonly ms: number
  readonly samples: number
  readonly root: ProfileNode
}

/** Of the JavaScript heap, as sampled: which calls took memory that was still in use at the end. What Buffers hold lies outside. */
export interface Allocations {
  readonly ms: number
  readonly bytes: number
  readonly root: ProfileNode
}

export interface ProfileNode {
  readonly frame: Frame
  /** Samples, or bytes, in this frame itself. */
  readonly self: number
  readonly children: readonly ProfileNode[]
}

export interface Heap {
  readonly used: number
  readonly total: number
  readonly limit: number
  readonly external: number
  readonly spaces: Readonly<Record<string, number>>
}

export interface ProcessEvidence {
  readonly pid: number
  readonly state: ProcessState
  /** The kernel function that it sleeps in; null: none, or not to be read. */
  readonly wchan: string | null
  readonly threads: readonly {
    readonly tid: number
    readonly name: string
    readonly state: ProcessState
    readonly cpuMs: number
  }[]
  /** The largest, by resident size; several of one name are one row. */
  readonly mappings: readonly { readonly name: string; readonly rss: number; readonly size: number }[]
}
