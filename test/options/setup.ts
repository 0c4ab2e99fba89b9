/** Options resolved for a machine of 4 cores and 1000 MB, and what is wrong with options that no type allows. */
import { resolveOptions } from '../../lib/options/resolve.js'
import type { WatcherOptions } from '../../lib/options/types.js'
import { OsqwatchError, type Problem } from '../../lib/wire/errors.js'

export const MB = 1_048_576
export const MACHINE = { cores: 4, memoryBytes: 1000 * MB }

export const resolve = (options?: WatcherOptions) => resolveOptions(options, MACHINE)

/** The only child of a watcher with this extension. */
export const resolveOne = (options: unknown) => {
  const [child] = resolve(extension(options) as WatcherOptions).config.children
  if (child === undefined) throw new Error('no child')
  return child
}

export const extension = (options: unknown) => ({ extensions: { x: options } })

export const problemsOf = (options: unknown) => problemsIn(() => resolve(options as WatcherOptions))

/** The problems that the call throws; none if it returns. */
export function problemsIn(call: () => unknown): readonly Problem[] {
  try {
    call()
    return []
  } catch (error) {
    if (!(error instanceof OsqwatchError)) throw error
    return error.problems
  }
}

/** The problems as `option: got`. */
export const wrong = (options: unknown) => problemsOf(options).map(({ option, got }) => `${option}: ${got}`)

/** What the option accepts that is wrong first. */
export const takes = (options: unknown) => problemsOf(options)[0]?.takes
