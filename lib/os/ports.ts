/** What the supervisor needs of the operating system. Adapters stand beside this file; tests pass their own. */
import type { MemorySample, Pulse, Sample, Writable } from '../core/samples.js'
import type { ExamineMessage, FromChild, ToChild } from '../wire/beats.js'
import type { ChildConfig, Member } from '../wire/commands.js'

export type { Member } from '../wire/commands.js'
export type * from './forensics.js'

export interface Clock {
  /** Monotonic ms. */
  now(): number
  /** ms since the epoch, for people. */
  wall(): number
  /** Calls `wake` once at `at` (monotonic); a later call replaces the earlier one, `null` cancels. Never keeps a process alive. */
  alarm(at: number | null, wake: () => void): void
}

/** What a look came to. `gone`: ended, a zombie, or another process by now. `nothing`: it cannot be told at this moment. */
export type Sight = 'seen' | 'gone' | 'nothing'

/** A kept look at one child: its first process, and (`tree`) whatever descends from it. The kept descriptors are its identity. */
export interface Probe {
  readonly pid: number
  /** Start time as the OS tells it (field 22 of stat); '' where it does not. With the pid: the identity. */
  readonly start: string
  /** CPU and memory of the whole child, and who belongs to it by now. Fills `into` where it is seen. */
  look(into: Writable<Sample>): Sight
  /** Its memory alone: a fraction of the cost of `look`. */
  lookAtMemory(into: Writable<MemorySample>): Sight
  /** Its first process alone, for a beat. */
  pulse(into: Writable<Pulse>): Sight
  /** Its living processes, the first one foremost. */
  members(): Member[]
  /** Living members that no signal to a group of the child's own reaches: all of them, where its first process leads none. */
  strays(): number[]
  /** How its first process ended, as long as its parent has not asked; null: not known, or it lives. */
  ending(): Ending | null
  /** Is a debugger holding its first process (TracerPid)? Dearer than a look: asked only in doubt. */
  traced(): boolean
  close(): void
}

/** How a process ended: one of the two is known. */
export interface Ending {
  readonly code: number | null
  readonly signal: string | null
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
  /** ms; memory asked for again sooner than this is not worth its cost. */
  readonly quickestMs: number
  /** null: there is no such process any more. */
  open(pid: number, tree: boolean): Probe | null
  self(): SelfSample
  /** A child could not be started for want of descriptors: gives back some of those that are kept. */
  relent(): void
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
  /** `age`: ms that it has lived already. `mark`: what its environment, and that of all that descend from it, carries. */
  spawned(pid: number, age: number, mark?: string): void
  failed(failure: SpawnFailure): void
  exited(code: number | null, signal: string | null): void
  /** A line from the heartbeat channel. */
  heard(message: FromChild): void
  /** The channel broke its rules, or its file could not be opened: worth a `fault` event. Of one kind, once a life. */
  fault(message: string, kind?: string): void
}

export interface Launched {
  /** false: the channel is closed, or its reader does not read. */
  send(message: ToChild): boolean
  /** false: whoever said hello there has closed its end; it lives on as another program (exec), or without its descriptors. */
  hears(): boolean
  /** Asks the witnesses in its Node processes; false: there is none that hears. Each that does answers by `testified`. */
  examine(question: ExamineMessage): boolean
  /** The files in which its witnesses leave what they know begin with this; null: it has none. */
  readonly testimony: string | null
  /** Lets go of the channel, e.g. when the life is over but a grandchild keeps the other end open. */
  close(): void
}

export interface Launcher {
  /** A life of that child begins. One that was adopted is only met, and its end is not told from here. */
  /** `extra`: what its environment has besides. */
  launch(config: ChildConfig, life: number, events: LaunchEvents, extra?: Readonly<Record<string, string>>): Launched
}

/** Signals to a child as a whole. Owned children lead their own process group and session. */
export interface Signals {
  /** To one pid, nobody else. false: no such process. */
  one(pid: number, signal: NodeJS.Signals): boolean
  /** To every member of the group that `pid` leads or led. false: the group is empty. */
  group(pid: number, signal: NodeJS.Signals): boolean
  /** Is `pid` in the process group or session that `leader` leads, or does it descend from it? Where the system does not tell: only if it is the leader. */
  isMember(pid: number, leader: number): boolean
  /** Does the group that `pid` led still have a member that is not a zombie? */
  groupAlive(pid: number): boolean
  /** After SIGKILL: does it lack nothing but a processor to end by, or somebody who reaps it? Where the system does not tell: no. */
  isDying(pid: number): boolean
  /** Is a member of the group that `pid` led in want of a processor? */
  isGroupDying(pid: number): boolean
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
  /** From now on end this child, with `delayMs` between SIGTERM and SIGKILL. `tree`: and who descends from it by then. */
  watch(child: Identity, delayMs: number, tree?: boolean): void
  /** It is gone and reaped. */
  forget(pid: number): void
  /** Ends the guard itself, once no child is left; settles when it is reaped. */
  close(): Promise<void>
}

/** A life that has ended: its mark, and since when its first process was there, as the OS tells it. */
export interface EscapedLife {
  readonly mark: string
  readonly since: string
}

/** Processes that have left a child for good, known by the mark of its life alone. */
export interface Escapees {
  /** Exactly one answer, later, by another process's work where there is any; nobody is what is found where it cannot be told. */
  find(life: EscapedLife, answer: (found: readonly Identity[]) => void): void
  /** Does it still live? */
  isSame(one: Identity): boolean
}

/** Proportional sizes: a page that several processes share is divided among them. Reading them is dear and may hang. */
export interface Proportions {
  /** Those processes together, in bytes; null where it cannot be told. Exactly one answer, later, by another process's work. */
  read(pids: readonly number[], answer: (bytes: number | null) => void): void
  /** Ends the helper, if there is one; settles when it is reaped. Questions that are open are answered by null. */
  close(): Promise<void>
}
