import type { Kind, Level, Phase, Policy } from '../core/model.js'
import type { Reply } from './errors.js'

/** A child as the watcher thread is told of it: checked, resolved, plain. */
export interface ChildConfig {
  readonly name: string
  readonly kind: Kind
  /**
   * `module`: a file run under this Node. `command`: any program, without a shell; `checked`: at each start it has to be as
   * safe as it was when the load file was read, as in osquery. `adopted`: somebody else has started it; `reported`: main is
   * told of its end, and tells it on.
   */
  readonly run:
    | {
        readonly type: 'module'
        readonly module: string
        readonly execArgv: readonly string[]
        readonly argv0?: string
      }
    | { readonly type: 'command'; readonly command: string; readonly checked?: boolean }
    | { readonly type: 'adopted'; readonly pid: number; readonly start: string; readonly reported: boolean }
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stdio: Stdio
  /** Node's own IPC channel, relayed to main: how its messages are written. null: it has none. */
  readonly ipc: 'json' | 'advanced' | null
  /** How a Node gets the client: preloaded by an argument, or by its environment, so that those behind a wrapper have it, too. */
  readonly client: 'argument' | 'environment' | 'none'
  /** `own`: a session and process group of its own. `shared`: its host's, and with it the host's terminal. */
  readonly group: 'own' | 'shared'
  /** Adopted, and left alive when the watcher stops. */
  readonly keep: boolean
  /** `auto`: SIGUSR1 only when the app is heard to listen for it. */
  readonly warnSignal: 'SIGUSR1' | 'off' | 'auto'
  /** Its descendants count as part of it. */
  readonly tree: boolean
  /** Its Node processes that have the client get a helper thread, which testifies when the main thread cannot. */
  readonly witness: boolean
  readonly policy: Policy
}

export type Output = 'inherit' | 'ignore' | 'pipe' | { readonly file: string }

export interface Stdio {
  readonly stdin: 'ignore' | 'inherit' | 'pipe'
  readonly stdout: Output
  readonly stderr: Output
}

export interface WatcherConfig {
  readonly level: Level
  /** The watcher's own limits: its host's memory, its thread's lateness. */
  readonly policy: Policy
  /** In order of start: the worker first. */
  readonly children: readonly ChildConfig[]
  readonly onShutdown: 'emit' | 'exit'
  /** false: an unhealthy host is only told of. */
  readonly judgeHost: boolean
  readonly sampler: 'auto' | 'pidusage'
  /** The part of one core that looks at memory may cost: 0.01 is 1 %. `Infinity`: as much as they like. */
  readonly overhead: number
  /** Over all children, within any minute; `Infinity`: no bound. Kills are ladders for limits. */
  readonly respawnsPerMinute: number
  readonly killsPerMinute: number
  /** When the worker stays down for good, everything is stopped: it was all that the host is for, and the host ends itself as its worker has ended. */
  readonly endWithWorker: boolean
  /** Where clients that have no descriptor of their own find the watcher thread; null: there are none. */
  readonly socket: string | null
  /** null: nothing is written of incidents. */
  readonly incidents: IncidentsConfig | null
  /** The folder in which guards note what they would have to do; null: they do not. */
  readonly ledger: string | null
}

/** Where incidents are written, and what they may cost: bytes, counts and ms. */
export interface IncidentsConfig {
  readonly dir: string
  readonly maxBytes: number
  readonly maxFiles: number
  readonly maxAge: number
  /** Between two of one child's incidents with evidence. */
  readonly cooldown: number
  /** So long SIGTERM may wait for evidence, warnDelay included. */
  readonly budget: number
  /** So long SIGTERM may wait for a heap snapshot of a Node process over a memory limit; 0: none is taken. */
  readonly heapSnapshot: number
}

/** One living process of a child. */
export interface Member {
  readonly pid: number
  readonly parent: number
  /** As the kernel tells it: at most 15 bytes, mostly of its file's name (Node 24: MainThread); '' where the system does not. */
  readonly name: string
  readonly rss: number
  /** Its own CPU, ms. */
  readonly cpuMs: number
}

/** One row of `watcher.status()`: a child, or (last) the watcher itself, with the sizes in bytes and the times in ms. */
export interface StatusRow {
  readonly name: string
  readonly kind: Kind | 'watcher'
  readonly phase: Phase
  readonly pid: number | null
  readonly life: number
  readonly streak: number
  readonly uptime: number | null
  /** % of one core over the last window (the watcher: of its thread) */
  readonly cpu: number | null
  /** % of all cores */
  readonly utilization: number | null
  /** ms of CPU in this life */
  readonly cpuMs: number | null
  /** resident bytes (the watcher: of its host process), summed over the child's processes */
  readonly rss: number | null
  readonly footprint: number | null
  /** resident bytes with shared pages counted once, at the last time that it was in question */
  readonly proportional: number | null
  /** bytes a second */
  readonly growth: number | null
  /** ms until the nearest memory limit, if it grows on like this; null unless the growth is steady */
  readonly timeLeft: number | null
  /** bytes by which memory may pass its limit before it is noticed, at the fastest growth to be expected; null without a limit */
  readonly overshoot: number | null
  readonly lateness: number | null
  /** up to 30 samples of this life, the newest last: resident bytes, and CPU in % of one core; null for the watcher */
  readonly recent: { readonly rss: readonly number[]; readonly cpu: readonly number[] } | null
  /** its living processes, itself first (the watcher: none) */
  readonly tree: readonly Member[]
  readonly limits: Policy
}

export interface ShutdownReport {
  readonly code: number
  readonly reason: string
}

/** What main may ask of the watcher thread. Every answer is a Reply: a thread's boundary loses an error's code. */
export interface Commands {
  /** Begin supervising what the install task listed. */
  start(): Promise<Reply<null>>
  /** Settles when the first life is up, or cannot be. */
  add(child: ChildConfig): Promise<Reply<null>>
  /** Settles when the child is gone. */
  remove(name: string): Promise<Reply<null>>
  /** Settles when the next life is up, or cannot be. */
  restart(name: string): Promise<Reply<null>>
  status(): Reply<StatusRow[]>
  /** Everything down, in reverse order of start. */
  stop(): Promise<Reply<ShutdownReport>>
  /** What main was told of the end of an adopted child. */
  ended(name: string, pid: number, code: number | null, signal: string | null): Reply<null>
  /**
   * A signal that somebody sent to the host goes to the child's first process, and to nobody else; unless (`send` is false) it
   * has reached it already. `within`: it asks for the child's end, which has so many ms, and is not started again; null: that
   * is up to the child, and what ends soon after a signal that asks for it is not started again either.
   */
  pass(name: string, signal: NodeJS.Signals, within: number | null, send: boolean): Reply<null>
  /** Send `sample` events, or do not. */
  sampling(on: boolean): Reply<null>
}
