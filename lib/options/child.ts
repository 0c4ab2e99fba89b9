/** One child's options, checked and resolved to what the watcher thread is told. */
import { statSync } from 'node:fs'
import type { Machine } from '../core/limit-values.js'
import { type Layer, resolvePolicy } from '../core/limits.js'
import type { Kind, Level, Policy, Restart } from '../core/model.js'
import type { ChildConfig, Output, Stdio } from '../wire/commands.js'
import { isPlain, isText, join, type Problems, Section } from './check.js'
import type { Incidents } from './incidents.js'
import type { ChildOptions } from './types.js'
import { RESTARTS, WARN_SIGNALS } from './words.js'

/** What a child has from its watcher. */
export interface ChildContext {
  readonly level: Level
  /** The watcher's own limits, as they were written: weaker than the child's, the weakest first. */
  readonly layers: readonly Layer[]
  readonly watchExtensions: boolean
  readonly enforce: boolean
  readonly incidents: Incidents
  readonly machine: Machine
}

const KNOWN = [
  'module',
  'command',
  'execArgv',
  'args',
  'env',
  'cwd',
  'stdio',
  'limits',
  'enforce',
  'restart',
  'warnSignal',
  'tree',
  'ipc',
  'preload',
] as const satisfies readonly (keyof ChildOptions)[]

/** How an extension is told of. `at`: where its options stand. */
export const extension = (name: string, value: unknown, at = join('extensions', name)) =>
  ({ name, kind: 'extension', at, value }) as const

/** The child named `name`, from the options at `at`. Where they are wrong it is noted, and the config is not to be used. */
export function childConfig(
  problems: Problems,
  { name, kind, at, value }: { name: string; kind: Kind; at: string; value: unknown },
  context: ChildContext,
): ChildConfig {
  const section = new Section(problems, at, value, KNOWN)
  const cwd = section.path('cwd', process.cwd()) ?? process.cwd()
  const run = runOf(problems, section, cwd)
  return {
    name,
    kind,
    run,
    args: section.texts('args'),
    env: envOf(section),
    cwd,
    stdio: stdioOf(section, cwd),
    ipc: ipcOf(section, run),
    client: clientOf(section, run),
    group: 'own',
    keep: false,
    warnSignal: section.oneOf('warnSignal', WARN_SIGNALS, 'auto'),
    tree: section.flag('tree', true),
    witness: context.incidents.witness,
    policy: policyOf(problems, section, kind, context),
  }
}

function runOf(problems: Problems, section: Section, cwd: string): ChildConfig['run'] {
  const programs = ['module', 'command'].filter(key => section.has(key))
  if (section.plain && programs.length !== 1) {
    const got = programs.join(' and ') || 'neither'
    problems.add({ option: section.at, got, takes: 'exactly one of module and command' })
  }
  if (section.has('module')) return moduleOf(section, cwd)
  if (section.has('execArgv'))
    section.refuse('execArgv', 'nothing beside command: these are flags for Node, for a module')
  const command = section.has('command') ? section.text('command', 'the name or the path of a program') : ''
  return { type: 'command', command }
}

function moduleOf(section: Section, cwd: string): ChildConfig['run'] {
  const module = section.path('module', cwd)
  if (module !== null && !isFile(module)) section.refuse('module', `a file that is there: ${module} is not`)
  return { type: 'module', module: module ?? '', execArgv: section.texts('execArgv') }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function envOf(section: Section): Record<string, string> {
  const given = section.section('env', null)
  const env = new Map(Object.entries(process.env))
  for (const [key, value] of given.entries()) {
    if (key === '' || /[=\0]/.test(key)) given.refuse(key, 'a name that is not empty and has no = in it')
    else if (value === undefined) env.delete(key)
    else if (isText(value)) env.set(key, value)
    else given.refuse(key, 'a string, or undefined to take it out')
  }
  return Object.fromEntries(env) as Record<string, string>
}

/** Messages of a module travel as those of a fork do, unless that is not wanted. */
function ipcOf(section: Section, run: ChildConfig['run']): ChildConfig['ipc'] {
  if (run.type === 'module') return section.oneOf('ipc', ['json', 'advanced', false], 'json') || null
  if (section.has('ipc')) section.refuse('ipc', 'nothing beside command: it is for a module')
  return null
}

/** A program that is no Node of ours has it only if that is wanted: its environment is changed for it. */
function clientOf(section: Section, run: ChildConfig['run']): ChildConfig['client'] {
  if (run.type === 'command') return section.flag('preload', false) ? 'environment' : 'none'
  if (section.has('preload')) section.refuse('preload', 'nothing beside module: it has the client already')
  return 'argument'
}

const STDIN = ['ignore', 'inherit', 'pipe'] as const
const OUTPUT = ['inherit', 'ignore', 'pipe'] as const

function stdioOf(section: Section, cwd: string): Stdio {
  const value = section.get('stdio')
  if (value === undefined || value === 'inherit') return { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' }
  if (value === 'ignore' || value === 'pipe') return { stdin: value, stdout: value, stderr: value }
  if (!isPlain(value)) {
    section.refuse('stdio', "'inherit', 'ignore', 'pipe' or { stdin, stdout, stderr }")
    return { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' }
  }
  const streams = section.section('stdio', ['stdin', 'stdout', 'stderr'])
  return {
    stdin: streams.oneOf('stdin', STDIN, 'ignore'),
    stdout: outputOf(streams, 'stdout', cwd),
    stderr: outputOf(streams, 'stderr', cwd),
  }
}

/** One of the words, or the path of a file to append to. */
function outputOf(streams: Section, key: 'stdout' | 'stderr', cwd: string): Output {
  const value = streams.get(key) ?? 'inherit'
  const word = OUTPUT.find(word => word === value)
  return word ?? { file: streams.path(key, cwd) ?? '' }
}

function policyOf(problems: Problems, section: Section, kind: Kind, context: ChildContext): Policy {
  const own = section.section('limits', null)
  const { policy, problems: wrong } = resolvePolicy({
    ...context.machine,
    level: context.level,
    restart: section.oneOf<Restart, null>('restart', RESTARTS, null),
    judged: kind !== 'extension' || context.watchExtensions,
    enforce: section.flag('enforce', context.enforce),
    layers: [...context.layers, { at: own.at, values: Object.fromEntries(own.entries()) }],
  })
  problems.add(...wrong)
  return policy
}
