/** What the watcher thread is set up with. */
import type { MessagePort } from 'node:worker_threads'
import type { WatcherConfig } from './commands.js'
import type { Life } from './lives.js'

export interface Install {
  readonly config: WatcherConfig
  /** Tells this watcher's children from those of others in the same host. */
  readonly watcher: string
  /** Which of its threads this is, from 1. */
  readonly nth: number
  /** Commands, both ways, by Comlink. */
  readonly commands: MessagePort
  /** Status, one way to main; the other way END, and questions: numbers, which are answered in `Cell.ANSWERED`. */
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
  /** The kernel's number of the watcher thread; 0: not known. */
  TID: 2,
  /** The last question that the thread heard. */
  ANSWERED: 3,
} as const

export const newControl = (): Int32Array<SharedArrayBuffer> =>
  new Int32Array(new SharedArrayBuffer(Object.keys(Cell).length * Int32Array.BYTES_PER_ELEMENT))

/** Main to thread: the host is ending, stop everything at once. */
export const END = 'end'
