/** Options of a child that somebody else has started, checked and resolved to what the watcher thread is told. */
import { resolvePolicy } from '../core/limits.js'
import type { Policy } from '../core/model.js'
import type { ChildConfig } from '../wire/commands.js'
import { isPlain, Problems, Section } from './check.js'
import type { ChildContext } from './child.js'
import { checkName } from './names.js'
import type { AdoptOptions } from './types.js'

const KNOWN = ['name', 'limits', 'enforce', 'tree', 'keep'] as const satisfies readonly (keyof AdoptOptions)[]

/** What was chosen for one adopted child. null: its name is to be made of its command line. */
export interface AdoptTerms {
  readonly name: string | null
  readonly policy: Policy
  readonly tree: boolean
  readonly keep: boolean
  readonly client: ChildConfig['client']
  readonly witness: boolean
}

/** Throws ERR_OSQWATCH_OPTIONS with every wrong option. */
export function resolveAdopted(options: AdoptOptions | undefined, context: ChildContext): AdoptTerms {
  const problems = new Problems()
  const section = new Section(problems, '', options, KNOWN)
  if (section.has('name')) checkName(problems, 'name', section.get('name'))
  const limits = section.section('limits', null)
  const terms: AdoptTerms = {
    name: section.has('name') ? String(section.get('name')) : null,
    policy: adoptedPolicy(problems, limits, { ...context, enforce: section.flag('enforce', context.enforce) }),
    tree: section.flag('tree', true),
    keep: section.flag('keep', false),
    client: 'none',
    witness: false,
  }
  problems.throwIfAny()
  return terms
}

/** Limits over the watcher's own. Nobody who was adopted is started again. */
export function adoptedPolicy(problems: Problems, own: Section, context: ChildContext): Policy {
  const { policy, problems: wrong } = resolvePolicy({
    ...context.machine,
    level: context.level,
    restart: 'never',
    judged: true,
    enforce: context.enforce,
    layers: [...context.layers, { at: own.at, values: Object.fromEntries(own.entries()) }],
  })
  problems.add(...wrong)
  return policy
}

/** The child as the thread is told of it. What it was started with is not ours to say. */
export function adoptedConfig(
  name: string,
  run: Extract<ChildConfig['run'], { type: 'adopted' }>,
  { policy, tree, keep, client, witness }: AdoptTerms,
): ChildConfig {
  return {
    ...{ name, kind: 'adopted', run, policy, tree, keep, client, witness },
    ...{ args: [], env: {}, cwd: process.cwd(), ipc: null, group: 'shared', warnSignal: 'off' },
    stdio: { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' },
  }
}

/** One pattern of `adopt`: its limits, or null: who matches is left alone. */
export interface Rule {
  readonly pattern: string
  readonly policy: Policy | null
}

/** `adopt` of `adoptAll`, in the order in which it was written. */
export function resolveRules(problems: Problems, value: unknown, context: ChildContext): Rule[] {
  const section = new Section(problems, 'adopt', value, null)
  const present = section.entries().filter(([, limits]) => limits !== undefined)
  return present.map(([pattern, limits]) => {
    if (limits === false) return { pattern, policy: null }
    if (isPlain(limits)) return { pattern, policy: adoptedPolicy(problems, section.section(pattern, null), context) }
    section.refuse(pattern, 'limits, or false: those that match are left alone')
    return { pattern, policy: null }
  })
}
