import { show } from '../core/words.js'
import type { Problems } from './check.js'

/** The watcher's own row of `status()`, and the one child that is not an extension. */
export const TAKEN_NAMES = ['watcher', 'worker'] as const

/** Names stand in messages and tables of one line a child, so they are one line themselves. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && name.trim() !== '' && !/\p{Cc}/u.test(name)
}

/** Notes a name that no extension may have. */
export function checkName(problems: Problems, option: string, name: unknown) {
  if (!isName(name)) {
    problems.add({ option, got: show(name), takes: 'a name that is not empty and has no control characters' })
  } else if (TAKEN_NAMES.some(taken => taken === name)) {
    problems.add({ option, got: show(name), takes: `another name: ${name} is taken by the ${name} itself` })
  }
}
