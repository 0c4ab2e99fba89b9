/** Settings from files in a folder of their own, and what is wrong with them. */
import { realpathSync } from 'node:fs'
import type { Policy } from '../../lib/core/model.js'
import { readSettings, resolveSettings, type Settings } from '../../lib/settings/index.js'
import { OsqwatchError, type Problem } from '../../lib/wire/errors.js'

export const MB = 1_048_576
export const MACHINE = { cores: 4, memoryBytes: 1000 * MB }

export interface Given {
  readonly env?: Readonly<Record<string, string>>
  readonly flags?: Readonly<Record<string, string>>
  readonly from?: string
}

/** Where no file of settings is near. */
const NOWHERE = realpathSync('/')

export const settingsOf = ({ env = {}, flags = {}, from = NOWHERE }: Given): Settings =>
  readSettings({ env, flags, from })

export function problemsOf(given: Given): readonly Problem[] {
  try {
    settingsOf(given)
    return []
  } catch (error) {
    if (!(error instanceof OsqwatchError) || error.code !== 'ERR_OSQWATCH_OPTIONS') throw error
    return error.problems
  }
}

export const wrong = (given: Given) => problemsOf(given).map(({ option, got }) => `${option}: ${got}`)

/** The worker's limits under these settings. */
export function policyOf(given: Given): Policy {
  const { config } = resolveSettings(settingsOf(given), { worker: { command: 'app' } }, MACHINE)
  return (config.children[0] as { policy: Policy }).policy
}
