/**
 * What passes between main and the children that the watcher started: messages of Node's IPC, and what flows through their
 * pipes. It has a port of its own, so that it never holds up commands and events.
 */
import type { Readable, Writable } from 'node:stream'
import type { ChildConfig } from './commands.js'

/** Of one output stream, what main has not read yet: beyond it, the child's pipe is not read on. */
export const MAX_UNREAD_BYTES = 1024 * 1024
/** Of one child's messages, what main has not taken yet: beyond it, messages are dropped. */
export const MAX_UNTAKEN_BYTES = 16 * 1024 * 1024
/** Of the messages to one child, what it has not read yet, beyond what the kernel holds for it: then no more are taken on. */
export const MAX_UNSENT_BYTES = 16 * 1024 * 1024

export type Ipc = NonNullable<ChildConfig['ipc']>
export type OutputName = 'stdout' | 'stderr'
export type StreamName = 'stdin' | OutputName

/** Which life of which child. */
export interface Whose {
  readonly child: string
  readonly life: number
}

/** Who sent a message. */
export interface MessageSource extends Whose {
  readonly pid: number
}

/** The piped streams of one life; null: that one is not piped. */
export interface ChildStreams {
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
}

export interface PlainSystemError {
  readonly message: string
  readonly code: string
}

/** The first word of a life is `attached`, the last `over`. */
export type FromLife =
  | { readonly type: 'attached'; readonly pid: number; readonly ipc: Ipc | null; readonly piped: readonly StreamName[] }
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  | { readonly type: 'data'; readonly stream: OutputName; readonly bytes: Uint8Array }
  /** What was written last to stdin, or its end, has come to the pipe, or could not. */
  | { readonly type: 'written'; readonly error: PlainSystemError | null }
  /** `ended`: all that was in it has been told. */
  | { readonly type: 'closed'; readonly stream: StreamName; readonly ended: boolean }
  | { readonly type: 'over' }

export type ToMain =
  | (FromLife & Whose)
  | { readonly type: 'sent'; readonly id: number; readonly error: string | null }
  | { readonly type: 'flushed' }

/** `bytes` of a `write` belong to the thread from then on. */
export type ToLife =
  | { readonly type: 'send'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'taken'; readonly from: OutputName | 'messages'; readonly bytes: number }
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  /** Closes the IPC channel, as `disconnect()` of a forked child does. */
  | { readonly type: 'disconnect' }
  | { readonly type: 'destroy'; readonly stream: StreamName }

/** `flush`: everybody has ended, and the thread is about to: it tells what is still in the pipes, however much waits already. */
export type ToThread = (ToLife & Whose) | { readonly type: 'flush' }
