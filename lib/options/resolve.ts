/** What a user wrote, checked as a whole and resolved to what the watcher thread is told. Nothing is started here. */
import type { Machine } from '../core/limit-values.js'
import type { Level } from '../core/model.js'
import type { ChildConfig } from '../wire/commands.js'
import { assemble, type Resolved, watcherPolicy } from './assemble.js'
import { join, Problems, Section } from './check.js'
import { type ChildContext, childConfig, extension } from './child.js'
import { incidentsOf } from './incidents.js'
import { checkName } from './names.js'
import { spinningWarnings } from './spinning.js'
import type { ChildOptions, WatcherOptions } from './types.js'
import { LEVELS } from './words.js'

export type { Machine } from '../core/limit-values.js'
export type { Resolved } from './assemble.js'
export type { ChildContext } from './child.js'

const KNOWN = [
  'level',
  'limits',
  'enforce',
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
  'ledger',
  'incidents',
  'respawnsPerMinute',
  'killsPerMinute',
] as const satisfies readonly (keyof WatcherOptions)[]

/** Throws ERR_OSQWATCH_OPTIONS with every wrong option. `options` may be anything; undefined is none. */
export function resolveOptions(options: WatcherOptions | undefined, machine: Machine): Resolved {
  const problems = new Problems()
  const given = new Section(problems, '', options, KNOWN)
  const context = contextOf(given, machine)
  const policy = watcherPolicy(problems, context)
  const named = [...workerOf(problems, given, context), ...extensionsOf(problems, given, context)]
  const judgeHost = context.level !== 'app'
  return assemble({ problems, given, context, policy, named, judgeHost, endWithWorker: false })
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
  const layers = [{ at: 'limits', values: Object.fromEntries(given.section('limits', null).entries()) }]
  const enforce = given.flag('enforce', true)
  const incidents = incidentsOf(given)
  return { level, layers, watchExtensions: given.flag('watchExtensions', true), enforce, incidents, machine }
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
