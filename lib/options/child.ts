/** One child's options, checked and resolved to what the watcher thread is told. */
import { statSync } from 'node:fs'
import type { Machine } from '../core/limit-values.js'
import { resolvePolicy } from '../core/limits.js'
import type { Kind, Level, Policy, Restart } from '../core/model.js'
import type { ChildConfig } from '../wire/commands.js'
import { isPlain, isText, type Problems, Section } from './check.js'
import type { ChildOptions } from './types.js'

/** What a child has from its watcher. */
export interface ChildContext {
  readonly level: Level
  /** The watcher's own `limits`, as they were written: the weaker layer. */
  readonly limits: Readonly<Record<string, unknown>>
  readonly watchExtensions: boolean
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
  'restart',
  'warnSignal',
  'tree',
] as const satisfies readonly (keyof ChildOptions)[]

/** The child named `name`, from the options at `at`. Where they are wrong it is noted, and the config is not to be used. */
export function childConfig(
  problems: Problems,
  { name, kind, at, value }: { name: string; kind: Kind; at: string; value: unknown },
  context: ChildContext,
): ChildConfig {
  const section = new Section(problems, at, value, KNOWN)
  const cwd = section.path('cwd', process.cwd()) ?? process.cwd()
  return {
    name,
    kind,
    run: runOf(problems, section, cwd),
    args: section.texts('args'),
    env: envOf(section),
    cwd,
    stdio: stdioOf(section, cwd),
    warnSignal: section.oneOf('warnSignal', ['SIGUSR1', 'off'], 'auto'),
    tree: section.flag('tree', true),
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

function stdioOf(section: Section, cwd: string): ChildConfig['stdio'] {
  const value = section.get('stdio')
  if (value === undefined || value === 'inherit') return 'inherit'
  if (value === 'ignore') return 'ignore'
  if (!isPlain(value)) {
    section.refuse('stdio', "'inherit', 'ignore' or { stdout: file, stderr: file }")
    return 'ignore'
  }
  const files = section.section('stdio', ['stdout', 'stderr'])
  return { stdout: fileOf(files, 'stdout', cwd), stderr: fileOf(files, 'stderr', cwd) }
}

function fileOf(files: Section, key: string, cwd: string): string {
  if (!files.has(key)) files.refuse(key, 'the path of a file to append to')
  return files.path(key, cwd) ?? ''
}

function policyOf(problems: Problems, section: Section, kind: Kind, context: ChildContext): Policy {
  const own = section.section('limits', null)
  const { policy, problems: wrong } = resolvePolicy({
    ...context.machine,
    level: context.level,
    restart: section.oneOf<Restart, null>('restart', ['always', 'on-failure', 'never'], null),
    judged: kind !== 'extension' || context.watchExtensions,
    layers: [
      { at: 'limits', values: context.limits },
      { at: own.at, values: Object.fromEntries(own.entries()) },
    ],
  })
  problems.add(...wrong)
  return policy
}
