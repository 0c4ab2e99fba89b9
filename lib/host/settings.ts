/** The settings of this process. Wrong ones are told, and nothing is started. */
import type { Settings } from '../options/settings.js'
import { writeLine } from '../os/stderr.js'
import { readSettings } from '../settings/index.js'
import { OsqwatchError } from '../wire/errors.js'

const USAGE_ERROR = 2

export function settingsHere(): Settings {
  return orExit(() => readSettings({ env: process.env, from: process.cwd() }))
}

export function orExit<T>(resolve: () => T): T {
  try {
    return resolve()
  } catch (error) {
    if (!(error instanceof OsqwatchError)) throw error
    writeLine(`osqwatch: ${error.message}\n`)
    process.exit(USAGE_ERROR)
  }
}
