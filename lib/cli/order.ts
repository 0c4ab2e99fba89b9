/** What a command line asks for, checked as a whole. */
import { show } from '../core/words.js'
import { Problems } from '../options/check.js'
import type { ChildOptions } from '../options/types.js'
import { type GivenFlags, readSettings, type Settings } from '../settings/index.js'
import { OsqwatchError } from '../wire/errors.js'
import { extensionsOf } from './extensions.js'

export interface Order {
  readonly settings: Settings
  readonly command: readonly string[]
  readonly extensions: Readonly<Record<string, ChildOptions>>
}

interface Wanted {
  readonly command: readonly string[]
  /** What the kind of command makes of the log. */
  readonly log: string | undefined
  /** Without a program there is nothing to run. */
  readonly runs: boolean
}

/** Throws ERR_OSQWATCH_OPTIONS with all that is wrong on the command line and in what else there is of settings. */
export function orderOf(given: Readonly<Record<string, unknown>>, { command, log, runs }: Wanted): Order {
  const problems = new Problems()
  if (runs && command.length === 0)
    problems.add({ option: 'command', got: 'nothing', takes: 'a program and its arguments, after --' })
  const { ext = [], ...flags } = given
  const extensions = extensionsOf(problems, ext as string[], process.env)
  if (log !== undefined && flags.log !== undefined && flags.log !== log)
    problems.add({ option: '--log', got: show(flags.log), takes: 'nothing else beside --json' })
  const settings = settingsOf(problems, { ...(flags as GivenFlags), ...(log !== undefined && { log }) })
  problems.throwIfAny()
  return { settings: settings as Settings, command, extensions }
}

/** null where it is wrong, which is noted beside what is wrong already. */
function settingsOf(problems: Problems, flags: GivenFlags): Settings | null {
  try {
    return readSettings({ env: process.env, from: process.cwd(), flags })
  } catch (error) {
    if (!(error instanceof OsqwatchError)) throw error
    problems.add(...error.problems)
    return null
  }
}
