/**
 * The heartbeat channel: newline-separated text on one extra descriptor of the child (3 unless told otherwise).
 * Host to child: JSON lines, `{"type":"ping","seq":1}` and `{"type":"warn",…}`.
 * Child to host: JSON lines `hello` and `beat`, or, from any program in any language, `WATCHDOG=1` (systemd's word): the
 * first says hello, and each says that the program lives; from then on it has to say so again within `heartbeatLimit`.
 * A client's `extend`, or any program's `EXTEND_TIMEOUT_USEC=5000000` (systemd's word, too), asks for time before long work.
 * lib/client.cts speaks the child's side. It imports nothing, so the form is repeated there; a test holds the two together.
 */
import type { LimitName, Verdict } from '../core/model.js'

/** In the child's environment: the number of the channel's descriptor. The client deletes it. */
export const CHANNEL_ENV = 'OSQWATCH_CHANNEL'
/** In the child's environment, and kept: pid and start time of the host, so that no grandchild becomes a second host. */
export const HOST_ENV = 'OSQWATCH_HOST'
/** In the child's environment, and handed on to all that descend from it: `pid:start` of the host, and whose life it is. */
export const LIFE_ENV = 'OSQWATCH_LIFE'
/** In the environment, and kept: where a client without a channel of its own finds the watcher thread. */
export const SOCKET_ENV = 'OSQWATCH_SOCKET'
/** In the environment, and kept: `1` says that this process may outlive its host, and its life. */
export const KEEP_ENV = 'OSQWATCH_KEEP'
/** In the env of one spawn: `0` keeps that child from being adopted. */
export const ADOPT_ENV = 'OSQWATCH_ADOPT'
/** The channel's descriptor in the child. */
export const CHANNEL_FD = 3

export interface PingMessage {
  readonly type: 'ping'
  readonly seq: number
}

/** Emitted in the child as `process.on('osqwatch:warn', warning => …)`. */
export interface WarnMessage {
  readonly type: 'warn'
  readonly verdict: Verdict
  readonly limitName: LimitName
  readonly value: number
  readonly limit: number
  /** ms until SIGTERM */
  readonly terminateIn: number
  readonly message: string
}

export type ToChild = PingMessage | WarnMessage

/**
 * To a witness, the helper thread beside the client: `stack` and `profile` of the main thread, its `heap`, `allocations` that
 * last, Node's `report`, a heap `snapshot`.
 */
export interface ExamineMessage {
  readonly type: 'examine'
  readonly want: readonly ('stack' | 'profile' | 'heap' | 'allocations' | 'report' | 'snapshot')[]
  /** How long profile and allocations are looked at, ms. */
  readonly profileMs: number
}

/** What the client tells with every hello and every beat. */
export interface SpeakerState {
  /** The speaker's own pid: behind a wrapper it is not the child's. */
  readonly pid: number
  /** The app listens for SIGUSR1, so that it may be sent. */
  readonly usr1: boolean
  /** The inspector is open: a breakpoint may hold the loop. */
  readonly inspector: boolean
}

export type FromChild =
  | ({ readonly type: 'hello' } & SpeakerState)
  | ({ readonly type: 'beat'; readonly seq: number } & SpeakerState)
  /** `WATCHDOG=1`: it lives, and has not been asked. */
  | { readonly type: 'notify' }
  /** What it is about to do, in its own words; '': nothing. `pid`: the speaker's. */
  | { readonly type: 'activity'; readonly pid: number; readonly text: string }
  /** A witness has done what it was asked, and its file is there. */
  | { readonly type: 'testified'; readonly pid: number }
  /** A witness saw its process run out of heap: the end is near. Its file is there. */
  | { readonly type: 'exhausted'; readonly pid: number }
  /** So many ms from now on it may not answer. `pid`: null where the word does not tell; then it is the child's own. */
  | { readonly type: 'extend'; readonly ms: number; readonly pid: number | null }
