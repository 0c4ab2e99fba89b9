/** Settings that are written as text: in the environment, on the command line, in a flagfile. */
import { FLAGGED, flagTakes, LEVEL_FLAG_TAKES, readFlag, readLevelFlag } from '../core/flags.js'
import { LIMITS } from '../core/limit-table.js'
import type { LimitName } from '../core/model.js'
import type { Draft } from './draft.js'
import { DEBUG_FLAG, isLimit, SETTING_FLAGS, SETTINGS, type SettingName } from './table.js'

const TRUE = ['true', 't', 'yes', 'y', '1']
const DIGITS = /^\d+$/
const FALSE = ['false', 'f', 'no', 'n', '0']

/** As gflags reads them; anything else as it stands. */
export function booleanOf(text: string): boolean | string {
  const word = text.toLowerCase()
  if (TRUE.includes(word)) return true
  return FALSE.includes(word) ? false : text
}

/** A limit or a setting by its own name. */
export function takeOwn(draft: Draft, name: LimitName | SettingName, at: string, text: string) {
  if (isLimit(name)) draft.limit(name, { value: numberOr(name, text), at })
  else takeSetting(draft, name, at, text)
}

/** Text holds no numbers; nobody is in doubt about a count, or about the unit of 0. */
function numberOr(name: LimitName, text: string): number | string {
  const { unit } = LIMITS[name]
  return (unit === 'count' && DIGITS.test(text)) || (unit === 'ms' && text === '0') ? Number(text) : text
}

function takeSetting(draft: Draft, name: SettingName, at: string, text: string) {
  const row = SETTINGS[name]
  const value = row.boolean || row.orFalse ? booleanOf(text) : row.count && DIGITS.test(text) ? Number(text) : text
  if (row.is(value)) draft.set(name, { value, at })
  else draft.refuse(at, text, row.takes)
}

/** One of osquery's flags that are about the watcher. */
export function takeFlag(draft: Draft, flag: string, at: string, text: string) {
  if (flag.startsWith('watchdog_')) draft.meantAsOsquery()
  const limit = FLAGGED.get(flag)
  if (limit !== undefined) return takeLimitFlag(draft, limit, at, text)
  if (flag === 'watchdog_level') return takeLevelFlag(draft, at, text)
  if (flag === DEBUG_FLAG) return takeDebugFlag(draft, at, text)
  // as in osquery, where no path is the default
  if (flag === 'extensions_autoload' && text === '') return draft.set('extensionsAutoload', { value: undefined, at })
  const setting = SETTING_FLAGS.get(flag)
  if (setting !== undefined) takeSetting(draft, setting, at, text)
}

function takeLimitFlag(draft: Draft, name: LimitName, at: string, text: string) {
  const { flag } = LIMITS[name]
  const value = flag === undefined ? null : readFlag(flag, text)
  if (value !== null) draft.limit(name, { value, at })
  else if (flag !== undefined) draft.refuse(at, text, flagTakes(flag))
}

function takeLevelFlag(draft: Draft, at: string, text: string) {
  const value = readLevelFlag(text)
  if (value === null) draft.refuse(at, text, LEVEL_FLAG_TAKES)
  else draft.set('level', { value, at })
}

function takeDebugFlag(draft: Draft, at: string, text: string) {
  const value = booleanOf(text)
  if (typeof value === 'string') draft.refuse(at, text, 'true or false')
  else if (value) draft.set('log', { value: 'debug', at })
}
