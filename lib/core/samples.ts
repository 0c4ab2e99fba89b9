/** What the OS says of a child at one moment. Times are monotonic milliseconds, sizes are bytes. */

/** The state letter of /proc/PID/stat: R S D T t Z …, or '?' where the system does not tell. */
export type ProcessState = string

/** Resident memory of a child, its descendants included. */
export interface MemorySample {
  readonly at: number
  /** Resident bytes, summed over its processes: a page that several of them share counts once for each. */
  readonly rss: number
  /** Living processes of the child: 1 without descendants. */
  readonly processes: number
}

/** What the OS says of a child at one moment, its descendants included. */
export interface Sample extends MemorySample {
  /** User + system CPU since it began, ms, of all that ever lived in it. Never falls. */
  readonly cpuMs: number
  /** Of its first process. */
  readonly state: ProcessState
}

/** What the OS says of one process alone, for a beat of its loop. */
export interface Pulse {
  readonly at: number
  /** CPU of its main thread, ms; of the process where the system does not tell it apart. */
  readonly ranMs: number
  /** Its main thread's wait on the run queue, ms; null where the system does not tell. */
  readonly waitMs: number | null
  readonly state: ProcessState
}

/** Something to be filled: looks are many, and make no garbage. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }
