/** What a user wrote, checked as a whole and resolved to what the watcher thread is told. Nothing is started here. */
import type { Machine } from '../core/limit-values.js'
import { resolvePolicy } from '../core/limits.js'
import type { Level } from '../core/model.js'
import { parsePercent } from '../core/units.js'
import type { ChildConfig, WatcherConfig } from '../wire/commands.js'
import { autoloaded } from './autoloaded.js'
import { join, Problems, Section } from './check.js'
import { type ChildContext, childConfig } from './child.js'
import { checkName, TAKEN_NAMES } from './names.js'
import { spinningWarnings } from './spinning.js'
import type { ChildOptions, WatcherOptions } from './types.js'

export type { Machine } from '../core/limit-values.js'
export type { ChildContext } from './child.js'

const LEVELS = ['app', 'normal', 'restrictive', 'off'] as const

const KNOWN = [
  'level',
  'limits',
  'worker',
  'extensions',
  'extensionsAutoload',
  'allowUnsafe',
  'watchExtensions',
  'onShutdown',
  'signal',
  'workerPath',
  'sampler',
  'overhead',
] as const satisfies readonly (keyof WatcherOptions)[]

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

/** Throws ERR_OSQWATCH_OPTIONS with every wrong option. `options` may be anything; undefined is none. */
export function resolveOptions(options: WatcherOptions | undefined, machine: Machine): Resolved {
  const problems = new Problems()
  const given = new Section(problems, '', options, KNOWN)
  const context = contextOf(given, machine)
  const { policy, problems: wrong } = watcherPolicy(context)
  problems.add(...wrong)
  const named = [...workerOf(problems, given, context), ...extensionsOf(problems, given, context)]
  const loaded = autoloaded(problems, given, [...TAKEN_NAMES, ...named.map(({ name }) => name)], context)
  const children = [...named, ...loaded.children]
  const resolved: Resolved = {
    config: {
      level: context.level,
      policy,
      children,
      onShutdown: given.oneOf('onShutdown', ['emit', 'exit'], 'emit'),
      judgeHost: context.level !== 'app',
      sampler: given.oneOf('sampler', ['auto', 'pidusage'], 'auto'),
      overhead: overheadOf(given),
      endWithWorker: false,
      socket: null,
    },
    workerPath: given.path('workerPath', process.cwd()),
    signal: signalOf(given),
    warnings: [...loaded.warnings, ...spinningWarnings(children)],
    context,
  }
  problems.throwIfAny()
  return resolved
}

/** For a child that is added later. Throws ERR_OSQWATCH_OPTIONS with every wrong option; whether the name is in use is not asked. */
export function resolveChild(
  name: string,
  options: ChildOptions,
  context: ChildContext,
): { config: ChildConfig; warnings: readonly string[] } {
  const problems = new Problems()
  checkName(problems, 'name', name)
  const config = childConfig(problems, extension(String(name), options), context)
  problems.throwIfAny()
  return { config, warnings: spinningWarnings([config]) }
}

function contextOf(given: Section, machine: Machine): ChildContext {
  const level: Level = given.oneOf('level', LEVELS, 'app')
  const limits = Object.fromEntries(given.section('limits', null).entries())
  return { level, limits, watchExtensions: given.flag('watchExtensions', true), machine }
}

function watcherPolicy({ level, limits, machine }: ChildContext) {
  return resolvePolicy({ ...machine, level, restart: null, judged: true, layers: [{ at: 'limits', values: limits }] })
}

function workerOf(problems: Problems, given: Section, context: ChildContext): ChildConfig[] {
  if (!given.has('worker')) return []
  const spec = { name: 'worker', kind: 'worker', at: 'worker', value: given.get('worker') } as const
  return [childConfig(problems, spec, context)]
}

function extensionsOf(problems: Problems, given: Section, context: ChildContext): ChildConfig[] {
  const present = given
    .section('extensions', null)
    .entries()
    .filter(([, value]) => value !== undefined)
  return present.map(([name, value]) => {
    checkName(problems, join('extensions', name), name)
    return childConfig(problems, extension(name, value), context)
  })
}

const extension = (name: string, value: unknown) =>
  ({ name, kind: 'extension', at: join('extensions', name), value }) as const

const DEFAULT_OVERHEAD = 1

/** Percent of one core → its part. */
function overheadOf(given: Section): number {
  const value = given.get('overhead') ?? DEFAULT_OVERHEAD
  if (value === 'off') return Infinity
  const percent = typeof value === 'number' ? value : parsePercent(value)
  if (percent !== null && percent > 0 && percent <= 100) return percent / 100
  given.refuse('overhead', "percent of one core as a number, '0.5%' or 'off'; more than 0, at most 100")
  return DEFAULT_OVERHEAD
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
