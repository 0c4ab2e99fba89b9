/** Settings, and the children that are to run under them, resolved as a watcher's options are. */
import type { Machine } from '../core/limit-values.js'
import type { ChildConfig } from '../wire/commands.js'
import { assemble, type Resolved, watcherPolicy } from './assemble.js'
import { join, Problems, Section } from './check.js'
import { type ChildContext, childConfig, extension } from './child.js'
import { incidentsOf } from './incidents.js'
import { checkName } from './names.js'
import type { Settings } from './settings.js'
import type { ChildOptions } from './types.js'

export interface Children {
  readonly worker?: ChildOptions
  /** Beside those of the settings; of the same name, instead of them. */
  readonly extensions?: Readonly<Record<string, ChildOptions>>
}

/** The host is ours to judge, and it is for its worker: with it, it ends. Throws ERR_OSQWATCH_OPTIONS with every wrong option. */
export function resolveSettings(settings: Settings, children: Children, machine: Machine): Resolved {
  const problems = new Problems()
  const { level, layers, options } = settings
  const { watchExtensions = true, enforce = true } = options
  const given = new Section(problems, '', options, null)
  const incidents = incidentsOf(given)
  const context: ChildContext = { level, layers, watchExtensions, enforce, incidents, machine }
  const policy = watcherPolicy(problems, context)
  const worker = children.worker === undefined ? [] : [workerOf(problems, settings, children.worker, context)]
  const named = [...worker, ...extensionsOf(problems, settings, children.extensions ?? {}, context)]
  const resolved = assemble({ problems, given, context, policy, named, judgeHost: true, endWithWorker: true })
  return settings.disabled ? unwatched(resolved) : resolved
}

/** Without osquery's watchdog nobody is judged, and nobody is started again. */
function unwatched(resolved: Resolved): Resolved {
  const children = resolved.config.children.map(child => ({
    ...child,
    policy: Object.freeze({ ...child.policy, judged: false, restart: 'never' as const }),
  }))
  return { ...resolved, config: { ...resolved.config, children, judgeHost: false } }
}

function workerOf(problems: Problems, settings: Settings, own: ChildOptions, context: ChildContext): ChildConfig {
  const { restart, tree, warnSignal } = settings
  const value = { restart: restart ?? undefined, tree, warnSignal, ...own }
  return childConfig(problems, { name: 'worker', kind: 'worker', at: 'worker', value }, context)
}

function extensionsOf(
  problems: Problems,
  { options, extensionsAt }: Settings,
  own: Readonly<Record<string, ChildOptions>>,
  context: ChildContext,
): ChildConfig[] {
  const merged = new Map([...Object.entries(options.extensions ?? {}), ...Object.entries(own)])
  return [...merged].map(([name, value]) => {
    const at = Object.hasOwn(own, name) ? join('extensions', name) : (extensionsAt[name] ?? join('extensions', name))
    checkName(problems, at, name)
    return childConfig(problems, extension(name, value, at), context)
  })
}
