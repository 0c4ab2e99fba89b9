/** What the supervisor needs of the operating system. Adapters stand beside this file; tests pass their own. */
import type { Sample } from '../core/model.js'
import type { FromChild, ToChild } from '../wire/beats.js'
import type { ChildConfig } from '../wire/commands.js'

export interface Clock {
  /** Monotonic ms. */
  now(): number
  /** ms since the epoch, for people. */
  wall(): number
  /** Calls `wake` once at `at` (monotonic); a later call replaces the earlier one, `null` cancels. Never keeps a process alive. */
  alarm(at: number | null, wake: () => void): void
}

/** An open look at one process: the kept descriptors are its identity. */
export interface Probe {
  readonly pid: number
  /** Start time as the OS tells it (field 22 of stat); '' where it does not. With the pid: the identity. */
  readonly start: string
  /** `gone`: ended, a zombie, or another process by now. null: nothing to tell yet (an adapter that answers later). */
  look(): Sample | 'gone' | null
  /** Is a debugger holding it (TracerPid)? Dearer than a look: asked only in doubt. */
  traced(): boolean
  close(): void
}

/** The watcher's look at itself. */
export interface SelfSample {
  /** The calling thread's CPU, ms. */
  readonly threadMs: number
  /** The calling thread's wait on the run queue, ms; 0 where the system does not tell. */
  readonly waitMs: number
  /** Resident bytes of the host process. */
  readonly rss: number
  /** This thread's heap: bytes in use and the most it may have. */
  readonly heapUsed: number
  readonly heapLimit: number
}

export interface Sampler {
  /** null: there is no such process any more. */
  open(pid: number): Probe | null
  self(): SelfSample
}

export interface SpawnFailure {
  /** errno name: ENOENT, EAGAIN, … */
  readonly code: string
  /** Trying again cannot help. */
  readonly lasting: boolean
  /** One line that names program, PATH and cwd. */
  readonly reason: string
}

/** Exactly one of `spawned` and `failed` comes first; after `spawned`, exactly one `exited`. None comes inside `launch` itself. */
export interface LaunchEvents {
  spawned(pid: number): void
  failed(failure: SpawnFailure): void
  exited(code: number | null, signal: string | null): void
  /** A line from the heartbeat channel. */
  heard(message: FromChild): void
  /** The channel broke its rules, or its file could not be opened: worth a `fault` event. */
  fault(message: string): void
}

export interface Launched {
  /** false: the channel is closed, or its reader does not read. */
  send(message: ToChild): boolean
  /** Lets go of the channel, e.g. when the life is over but a grandchild keeps the other end open. */
  close(): void
}

export interface Launcher {
  launch(config: ChildConfig, events: LaunchEvents): Launched
}

/** Signals to a child as a whole. Owned children lead their own process group and session. */
export interface Signals {
  /** To one pid, nobody else. false: no such process. */
  one(pid: number, signal: NodeJS.Signals): boolean
  /** To every member of the group that `pid` leads or led. false: the group is empty. */
  group(pid: number, signal: NodeJS.Signals): boolean
  /** Is `pid` in the process group or session that `leader` leads? Where the system does not tell: only if it is the leader. */
  isMember(pid: number, leader: number): boolean
  /** Does the group that `pid` led still have a member that is not a zombie? */
  groupAlive(pid: number): boolean
}

/** A process by pid and start time. */
export interface Identity {
  readonly pid: number
  readonly start: string
}

/** The detached process that ends every child when the host has died, however it died. */
export interface Guard {
  /** To be called before a child is started, so that there is no moment without a guard. */
  open(): void
  /** From now on end this child, with `delayMs` between SIGTERM and SIGKILL. */
  watch(child: Identity, delayMs: number): void
  /** It is gone and reaped. */
  forget(pid: number): void
  /** Ends the guard itself, once no child is left; settles when it is reaped. */
  close(): Promise<void>
}
