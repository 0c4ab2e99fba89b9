/** What the watcher thread is set up with. */
import type { MessagePort } from 'node:worker_threads'
import type { WatcherConfig } from './commands.js'
import type { Life } from './lives.js'

export interface Install {
  readonly config: WatcherConfig
  /** Commands, both ways, by Comlink. */
  readonly commands: MessagePort
  /** Status, one way to main; the other way only END. */
  readonly status: MessagePort
  /** What main and the children have to say to each other, both ways. */
  readonly traffic: MessagePort
  /** Int32 cells: see Cell. */
  readonly control: SharedArrayBuffer
  readonly lives: SharedArrayBuffer
  /** Children of a thread that died: they have to be gone before any of them is started again. */
  readonly leftovers: readonly Life[]
}

/** Cells of the control buffer. */
export const Cell = {
  /** Main heard that it has to end. */
  HEARD: 0,
  /** Every child is down and reaped. */
  ALL_DOWN: 1,
} as const

/** Main to thread: the host is ending, stop everything at once. */
export const END = 'end'
