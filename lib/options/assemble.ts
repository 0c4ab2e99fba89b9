/** The last step, whoever asked: what was read becomes what the watcher thread is told, or one error with all that is wrong. */
import { resolvePolicy } from '../core/limits.js'
import type { Policy } from '../core/model.js'
import { defaultFolder } from '../os/ledger-folder.js'
import type { ChildConfig, WatcherConfig } from '../wire/commands.js'
import { autoloaded } from './autoloaded.js'
import type { Problems, Section } from './check.js'
import type { ChildContext } from './child.js'
import { TAKEN_NAMES } from './names.js'
import { DEFAULT_OVERHEAD, OVERHEAD_TAKES, readOverhead } from './overhead.js'
import { DEFAULT_PER_MINUTE, PER_MINUTE_TAKES, readPerMinute } from './per-minute.js'
import { spinningWarnings } from './spinning.js'
import { SAMPLERS } from './words.js'

export interface Resolved {
  readonly config: WatcherConfig
  /** Absolute path of the watcher thread's file; null: this package's own. Not looked at yet. */
  readonly workerPath: string | null
  readonly signal: AbortSignal | null
  /** What is odd and yet allowed, a line each. */
  readonly warnings: readonly string[]
  /** For `resolveChild` later. */
  readonly context: ChildContext
}

interface Parts {
  readonly problems: Problems
  /** The options that are neither limits nor children. */
  readonly given: Section
  readonly context: ChildContext
  readonly policy: Policy
  /** The worker and the extensions that have a name of their own. */
  readonly named: readonly ChildConfig[]
  readonly judgeHost: boolean
  readonly endWithWorker: boolean
}

/** Throws ERR_OSQWATCH_OPTIONS with every wrong option. */
export function assemble({ problems, given, context, policy, named, judgeHost, endWithWorker }: Parts): Resolved {
  const loaded = autoloaded(problems, given, [...TAKEN_NAMES, ...named.map(({ name }) => name)], context)
  const children = [...named, ...loaded.children]
  const resolved: Resolved = {
    config: {
      level: context.level,
      policy,
      children,
      onShutdown: given.oneOf('onShutdown', ['emit', 'exit'], 'emit'),
      judgeHost,
      sampler: given.oneOf('sampler', SAMPLERS, 'auto'),
      overhead: overheadOf(given),
      respawnsPerMinute: perMinuteOf(given, 'respawnsPerMinute'),
      killsPerMinute: perMinuteOf(given, 'killsPerMinute'),
      endWithWorker,
      socket: null,
      incidents: context.incidents.config,
      ledger: ledgerOf(given),
    },
    workerPath: given.path('workerPath', process.cwd()),
    signal: signalOf(given),
    warnings: [...loaded.warnings, ...spinningWarnings(children)],
    context,
  }
  problems.throwIfAny()
  return resolved
}

/** The watcher's own. */
export function watcherPolicy(problems: Problems, { level, layers, machine, enforce }: ChildContext): Policy {
  const { policy, problems: wrong } = resolvePolicy({ ...machine, level, restart: null, judged: true, enforce, layers })
  problems.add(...wrong)
  return policy
}

function overheadOf(given: Section): number {
  const part = readOverhead(given.get('overhead'))
  if (part === null) given.refuse('overhead', OVERHEAD_TAKES)
  return part ?? DEFAULT_OVERHEAD
}

/** false: there is none. */
function ledgerOf(given: Section): string | null {
  if (given.get('ledger') === false) return null
  return given.has('ledger') ? given.path('ledger', process.cwd(), 'a path, a file: URL or false') : defaultFolder()
}

function perMinuteOf(given: Section, name: 'respawnsPerMinute' | 'killsPerMinute'): number {
  const most = readPerMinute(given.get(name))
  if (most === null) given.refuse(name, PER_MINUTE_TAKES)
  return most ?? DEFAULT_PER_MINUTE
}

function signalOf(given: Section): AbortSignal | null {
  const signal = given.get('signal')
  if (signal === undefined) return null
  // by its shape: the signals of other realms and of polyfills do as well
  const { aborted, addEventListener } = Object(signal) as Partial<AbortSignal>
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return signal as AbortSignal
  given.refuse('signal', 'an AbortSignal')
  return null
}
