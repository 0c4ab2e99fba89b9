/** What `adoptAll` was told: checked as a whole, before anything is started. */

import type { Policy } from '../core/model.js'
import { adoptedPolicy, resolveRules } from '../options/adopted.js'
import { isPlain, Problems, Section } from '../options/check.js'
import type { ChildContext } from '../options/child.js'
import { resolveOptions } from '../options/resolve.js'
import type { WatcherOptions } from '../options/types.js'
import { machine } from '../os/machine.js'
import { OsqwatchError } from '../wire/errors.js'
import { type Adopter, adopterOf } from './adopter.js'
import { matcher, textsOf } from './command-line.js'

/** The limits for a program and its arguments; null: it is to be left alone. */
export type Choice = (file: string, args: readonly string[]) => Policy | null

export interface Resolved {
  /** Of the watcher that was given; null: one is to be made of `own`. */
  readonly adopter: Adopter | null
  readonly own: WatcherOptions
  readonly choose: Choice
}

/** Throws ERR_OSQWATCH_OPTIONS with every wrong option: of `adoptAll` itself, of its patterns, of its watcher. */
export function resolveAll(options: unknown): Resolved {
  const problems = new Problems()
  const given = new Section(problems, '', options, null)
  const { adopt, watcher, ...own } = isPlain(options) ? options : {}
  const adopter = adopterOf(watcher) ?? null
  if (given.has('watcher')) {
    if (adopter === null) given.refuse('watcher', 'a watcher, as createWatcher answers it')
    for (const key of Object.keys(own)) if (given.has(key)) given.refuse(key, 'nothing beside watcher: it has its own')
  }
  const context = adopter?.desk.context ?? contextOf(problems, given.has('watcher') ? {} : own)
  const choose = choiceOf(problems, adopt, context)
  problems.throwIfAny()
  return { adopter, own, choose }
}

/** Of the watcher that is to be. Where its options are wrong, the patterns are still checked. */
function contextOf(problems: Problems, own: WatcherOptions): ChildContext {
  const here = machine()
  try {
    return resolveOptions(own, here).context
  } catch (error) {
    if (!(error instanceof OsqwatchError)) throw error
    problems.add(...error.problems)
    return resolveOptions({}, here).context
  }
}

/** The first pattern that matches, in whichever way the command line may be written; without one, the watcher's own limits. */
function choiceOf(problems: Problems, adopt: unknown, context: ChildContext): Choice {
  const rules = resolveRules(problems, adopt, context).map(rule => ({ ...rule, matches: matcher(rule.pattern) }))
  const none = new Section(problems, '', undefined, null)
  const otherwise = adoptedPolicy(problems, none, context)
  return (file, args) => {
    const texts = textsOf(file, args)
    const rule = rules.find(({ matches }) => texts.some(matches))
    return rule === undefined ? otherwise : rule.policy
  }
}
