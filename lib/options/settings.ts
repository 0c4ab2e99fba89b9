/** What `osqwatch run` and `osqwatch/register` are set to, whichever way: lib/settings/ reads it. */
import type { Layer } from '../core/limits.js'
import type { Level, Restart } from '../core/model.js'
import type { ChildOptions, LimitOptions, WatcherOptions } from './types.js'
import type { LOGS } from './words.js'

export type LogKind = (typeof LOGS)[number]

/** Limits of adopted children, by the pattern of their commands; false: they are left alone. */
export type AdoptPatterns = Readonly<Record<string, LimitOptions | false>>

export interface Settings {
  readonly level: Level
  /** Of limits, the weakest first. */
  readonly layers: readonly Layer[]
  /** The worker's; null: the level's. */
  readonly restart: Restart | null
  /** What else of a watcher's options was set. */
  readonly options: Pick<
    WatcherOptions,
    | 'enforce'
    | 'extensions'
    | 'extensionsAutoload'
    | 'allowUnsafe'
    | 'watchExtensions'
    | 'overhead'
    | 'respawnsPerMinute'
    | 'killsPerMinute'
    | 'ledger'
    | 'incidents'
    | 'sampler'
  >
  /** Where each extension was set, by its name: `package.json extensions.search`. */
  readonly extensionsAt: Readonly<Record<string, string>>
  /** The worker's. */
  readonly tree: boolean | undefined
  readonly warnSignal: ChildOptions['warnSignal']
  readonly log: LogKind
  /** null: nothing is adopted. */
  readonly adopt: AdoptPatterns | null
  /** osquery's `disable_watchdog`: nothing is to be watched. */
  readonly disabled: boolean
  /** Where each setting that is no limit was set, by its name: `OSQWATCH_LEVEL`. What nobody has set is not there. */
  readonly from: Readonly<Record<string, string>>
  /** What is to be told, a line each. */
  readonly notes: readonly string[]
}
