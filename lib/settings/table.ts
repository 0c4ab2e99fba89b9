/** What can be set beside limits, and osquery's flags for it. Every source reads by this table; help and docs are held to it. */
import { FLAGGED } from '../core/flags.js'
import { LIMITS } from '../core/limit-table.js'
import type { LimitName } from '../core/model.js'
import { anyOf } from '../core/words.js'
import { isText, type Problems } from '../options/check.js'
import { OVERHEAD_TAKES, readOverhead } from '../options/overhead.js'
import { PER_MINUTE_TAKES, readPerMinute } from '../options/per-minute.js'
import { LEVELS, LOGS, RESTARTS, SAMPLERS, WARN_SIGNALS } from '../options/words.js'
import { readIncidents } from './incidents.js'

/** The last two come from osquery's flags alone. */
export type SettingName = (typeof OWN_NAMES)[number] | 'disabled' | 'disableExtensions'

export interface SettingRow {
  /** Where there is only text, true and false are words. */
  readonly boolean?: true
  /** Where there is only text, digits are a number. */
  readonly count?: true
  /** `false` is a word for none. */
  readonly orFalse?: true
  /** A path, relative to the folder of the file that says it. */
  readonly path?: true
  /** In a file an object will do, too; its paths are relative to `folder`. undefined: it is wrong, which is noted. */
  readonly whole?: (problems: Problems, value: object, folder: string) => unknown
  readonly is: (value: unknown) => boolean
  readonly takes: string
  readonly meaning: string
}

const OWN_NAMES = [
  'level',
  'restart',
  'log',
  'enforce',
  'tree',
  'warnSignal',
  'overhead',
  'respawnsPerMinute',
  'killsPerMinute',
  'ledger',
  'incidents',
  'sampler',
  'watchExtensions',
  'extensionsAutoload',
  'allowUnsafe',
] as const

const word = (words: readonly string[], meaning: string): SettingRow => ({
  is: value => words.includes(value as string),
  takes: anyOf(words.map(word => `'${word}'`)),
  meaning,
})

const boolean = (meaning: string): SettingRow => ({
  boolean: true,
  is: value => typeof value === 'boolean',
  takes: 'true or false',
  meaning,
})

const perMinute = (meaning: string): SettingRow => ({
  count: true,
  is: value => readPerMinute(value) !== null,
  takes: PER_MINUTE_TAKES,
  meaning,
})

export const SETTINGS: Readonly<Record<SettingName, SettingRow>> = {
  level: word(LEVELS, "What holds where nothing is set: ours, or one of osquery's."),
  restart: word(RESTARTS, 'What follows the end of the app.'),
  log: word(
    LOGS,
    "What is told on stderr: what matters in words, every event as JSON or as osquery's status log, nothing, or everything.",
  ),
  enforce: boolean('Limits are enforced, not only told.'),
  tree: boolean("The app's CPU and memory include its descendants'."),
  warnSignal: word(WARN_SIGNALS, 'SIGUSR1 to the app as a warning: always, or never.'),
  overhead: {
    is: value => readOverhead(value) !== null,
    takes: OVERHEAD_TAKES,
    meaning: 'The part of one core that looking at memory may cost.',
  },
  respawnsPerMinute: perMinute('The most respawns within any minute, over all children (60).'),
  killsPerMinute: perMinute('The most children that are ended for limits within any minute (60).'),
  ledger: {
    path: true,
    orFalse: true,
    is: value => value === false || (isText(value) && value !== ''),
    takes: 'the path of a folder, or false',
    meaning: 'Where guards note what they would have to do, for the next start; false: nowhere.',
  },
  incidents: {
    path: true,
    orFalse: true,
    is: value => value === false || (isText(value) && value !== ''),
    whole: readIncidents,
    takes: 'the path of a folder, or false',
    meaning: 'Where it is written why a child died; false: nowhere.',
  },
  sampler: word(SAMPLERS, 'How processes are looked at.'),
  watchExtensions: boolean('Extensions are judged, not only respawned.'),
  extensionsAutoload: {
    path: true,
    is: value => isText(value) && value !== '',
    takes: 'a path',
    meaning: 'A load file as osquery reads it: each program it lists becomes an extension.',
  },
  allowUnsafe: boolean('Programs of the load file are started whoever may have written them.'),
  disabled: boolean('Nobody is judged, and nobody is started again.'),
  disableExtensions: boolean('No extensions are started.'),
}

export const SETTING_NAMES: readonly SettingName[] = OWN_NAMES

/** Where settings stand: not settings themselves. */
export const PLACES = {
  config: 'A file of settings, instead of the nearest osqwatch.config.json.',
  flagfile: 'A file of osquery flags.',
} as const

/** osquery's flags that are no limits, and the setting that each is. */
export const SETTING_FLAGS: ReadonlyMap<string, SettingName> = new Map([
  ['watchdog_level', 'level'],
  ['enable_extensions_watchdog', 'watchExtensions'],
  ['disable_watchdog', 'disabled'],
  ['enable_watchdog_debug', 'log'],
  ['extensions_autoload', 'extensionsAutoload'],
  ['disable_extensions', 'disableExtensions'],
  ['allow_unsafe', 'allowUnsafe'],
])

/** It is set by true, not by false. */
export const DEBUG_FLAG = 'enable_watchdog_debug'

export const FLAG_NAMES: readonly string[] = [...FLAGGED.keys(), ...SETTING_FLAGS.keys()]

export function isBooleanFlag(flag: string): boolean {
  const setting = SETTING_FLAGS.get(flag)
  return flag === DEBUG_FLAG || (setting !== undefined && SETTINGS[setting].boolean === true)
}

export const isSetting = (name: string): name is SettingName => SETTING_NAMES.some(known => known === name)
export const isLimit = (name: string): name is LimitName => Object.hasOwn(LIMITS, name)

/** heartbeatLimit → HEARTBEAT_LIMIT */
export const screaming = (name: string) => name.replace(/[A-Z]/g, '_$&').toUpperCase()
/** heartbeatLimit → heartbeat-limit */
export const kebab = (name: string) => name.replace(/[A-Z]/g, '-$&').toLowerCase()
