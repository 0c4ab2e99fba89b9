/** What a user writes. Every default that depends on the level is in the table of limits (docs/options.md shows it). */
import type { Level, Restart } from '../core/model.js'
import type { Duration, LimitOptions, Size } from './limit-options.js'

export type * from './limit-options.js'

/** The host's own, nowhere, a stream that `spawn` brings, or a file that is appended to (relative to the child's `cwd`). */
export type OutputOptions = 'inherit' | 'ignore' | 'pipe' | (string & {}) | URL

/** A word for all three, or one each. `'inherit'` leaves stdin empty: several readers of one stdin take each other's lines. */
export type StdioOptions =
  | 'inherit'
  | 'ignore'
  | 'pipe'
  | {
      /** Default: `'ignore'`. */
      stdin?: 'ignore' | 'inherit' | 'pipe' | undefined
      /** Default: `'inherit'`. */
      stdout?: OutputOptions | undefined
      /** Default: `'inherit'`. */
      stderr?: OutputOptions | undefined
    }

interface AnyChildOptions {
  /** Arguments, after the program or the module. Default: none. */
  args?: readonly string[] | undefined
  /** Merged over the host's environment; `undefined` takes a variable out. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Directory to run in: a path or a file: URL. Default: the host's. */
  cwd?: string | URL | undefined
  /** Default: `'inherit'`. */
  stdio?: StdioOptions | undefined
  /** This child's own limits, over the watcher's. */
  limits?: LimitOptions | undefined
  /** false: shadow mode, for this child alone. Default: the watcher's. */
  enforce?: boolean | undefined
  /** Default: `'on-failure'` at level app, `'always'` at osquery's. */
  restart?: Restart | undefined
  /**
   * `'SIGUSR1'`: it may be sent to a worker as a warning, whatever the client says; `'off'`: never. Default: only when the
   * app is heard to listen for it, since SIGUSR1 ends most programs.
   */
  warnSignal?: 'SIGUSR1' | 'off' | undefined
  /**
   * true: its CPU and memory include its descendants', and what of them has left its process group is ended with it, too.
   * false: it is its one process, as in osquery. Default: true.
   */
  tree?: boolean | undefined
}

/** A file run under this Node, with the client preloaded: it has heartbeats. */
export interface ModuleOptions extends AnyChildOptions {
  /** A path relative to `cwd`, or a file: URL. */
  module: string | URL
  /** Node's own flags. Default: none. */
  execArgv?: readonly string[] | undefined
  preload?: undefined
  /**
   * Node's IPC channel, as `fork()` has it: `send()` and the `message` event. How messages are written, `'json'` or
   * `'advanced'`; false: it has none. Default: `'json'`.
   */
  ipc?: 'json' | 'advanced' | false | undefined
  command?: undefined
}

/** Any program, started without a shell. */
export interface CommandOptions extends AnyChildOptions {
  /** A path relative to `cwd`, or a name to be looked up in PATH. */
  command: string
  /**
   * true: Node programs in it or behind it (`npx`, `sh -c`) get the client through NODE_OPTIONS, and so have heartbeats. Its
   * environment names no channel then. Default: false.
   */
  preload?: boolean | undefined
  module?: undefined
  execArgv?: undefined
  ipc?: undefined
}

export type ChildOptions = ModuleOptions | CommandOptions

/** How a process that somebody else has started is watched. It is never started again. */
export interface AdoptOptions {
  /** What it is called. Default: made of its command line; where that is taken, with a number. */
  name?: string | undefined
  /** Its own limits, over the watcher's. */
  limits?: LimitOptions | undefined
  /** false: shadow mode, for this child alone. Default: the watcher's. */
  enforce?: boolean | undefined
  /** As for a child of the watcher's own. Default: true. */
  tree?: boolean | undefined
  /** true: it is left alive when the watcher stops, or its host ends. Default: false. */
  keep?: boolean | undefined
}

/** Incidents: where, how many, and what evidence may cost. Beyond a bound the oldest go first. */
export interface IncidentsOptions {
  /** A folder; made as the user's alone where it is not there, refused where others may enter it. */
  dir?: string | URL | undefined
  /** Size, of all of them together. Default: 64 MB. */
  maxBytes?: Size | undefined
  /** How many of them. Default: 200. */
  maxFiles?: number | undefined
  /** Duration. Default: 30 days. */
  maxAge?: Duration | undefined
  /** Duration. Evidence of one child is not taken more often than this. Default: 1 min. */
  cooldown?: Duration | undefined
  /** Duration, at most 10 s. SIGTERM may wait so long for evidence, warnDelay included; 0: none is taken. Default: 500 ms. */
  budget?: Duration | undefined
  /** Duration, at most 2 min. A Node child over a memory limit is given so long to write a heap snapshot. Default: false. */
  heapSnapshot?: Duration | false | undefined
  /** false: no helper thread inside of Node children, and no stack, profile or heap of theirs. Default: true. */
  witness?: boolean | undefined
}

export interface WatcherOptions {
  /** `'app'`: what you set, and hang detection. `'normal'`, `'restrictive'`, `'off'`: osquery's own. Default: `'app'`. */
  level?: Level | undefined
  /** Limits for every child, and for the watcher itself. */
  limits?: LimitOptions | undefined
  /** false: shadow mode. Every limit is judged and told, and nobody is warned or ended for it. Default: true. */
  enforce?: boolean | undefined
  /** The one process that the host exists to run. Its name is `worker`. */
  worker?: ChildOptions | undefined
  /** Helpers beside it, by name. */
  extensions?: Readonly<Record<string, ChildOptions>> | undefined
  /** A load file as osquery reads it: each `.ext` program it lists becomes an extension, named by its file. Default: none. */
  extensionsAutoload?: string | URL | undefined
  /** true: programs of the load file are started whoever may have written them. Default: false. */
  allowUnsafe?: boolean | undefined
  /** false: extensions are respawned but not judged, as osquery treats them by default. Default: true. */
  watchExtensions?: boolean | undefined
  /** What a shutdown does: `'emit'` stops the children and tells the host, `'exit'` ends the host too. Default: `'emit'`. */
  onShutdown?: 'emit' | 'exit' | undefined
  /** Aborting it stops the watcher. */
  signal?: AbortSignal | undefined
  /** Where the watcher thread's file lies, for hosts that are bundled. Default: beside this package's own files. */
  workerPath?: string | URL | undefined
  /** `'pidusage'` everywhere, or `'auto'`: what is best on this system. Default: `'auto'`. */
  sampler?: 'auto' | 'pidusage' | undefined
  /**
   * The part of one core that looking at memory may cost, as percent: a number or `'0.5%'`. Where it is spent, those that are
   * furthest from their limits are looked at less often, and `status()` tells what can still be promised. Default: 1 %.
   */
  overhead?: number | string | undefined
  /**
   * A folder for the private ledger, by which the next start ends the children of a host that was killed together with its
   * guard; made where it is not there, and refused where it is not the user's alone. false: there is none. Default: `osqwatch`
   * in $XDG_RUNTIME_DIR, or `osqwatch-UID` in the folder for temporary files.
   */
  ledger?: string | URL | false | undefined
  /**
   * Why a child died: one file for each life that a limit ended or that failed, and for each child that is given up. A folder
   * for them, false, or more than that. Default: `osqwatch/incidents` in $XDG_STATE_HOME, or in `.local/state` at home.
   */
  incidents?: string | URL | false | IncidentsOptions | undefined
  /** At most so many respawns within any minute, over all children; the others wait for their turns. Default: 60. */
  respawnsPerMinute?: number | 'off' | undefined
  /** At most so many children are ended for limits within any minute; only `memoryHard` does not wait. Default: 60. */
  killsPerMinute?: number | 'off' | undefined
}
