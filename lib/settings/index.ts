/** What `osqwatch run` and `osqwatch/register` are configured by, from every source there is. */
import type { Layer } from '../core/limits.js'
import type { Level } from '../core/model.js'
import { Problems } from '../options/check.js'
import { resolveSettings } from '../options/from-settings.js'
import type { AdoptPatterns, Settings } from '../options/settings.js'
import { OsqwatchError, type Problem } from '../wire/errors.js'
import { ANY_MACHINE, wrongLimits } from './adopt.js'
import { type GivenFlags, readFlags } from './command-line.js'
import type { Reading } from './draft.js'
import { type Env, readEnv } from './env.js'
import { readFlagfile } from './flagfile.js'
import { mergedIncidents } from './incidents.js'
import { type JsonReading, readConfig, readPackage } from './json.js'
import type { SettingName } from './table.js'

export { resolveSettings } from '../options/from-settings.js'
export type { AdoptPatterns, LogKind, Settings } from '../options/settings.js'
export type { GivenFlags } from './command-line.js'

export interface Sources {
  readonly env: Env
  /** The folder from which files are looked for, upwards. */
  readonly from: string
  /** A command line's own. */
  readonly flags?: GivenFlags
}

/** Throws ERR_OSQWATCH_OPTIONS with all that is wrong in any of them. */
export function readSettings({ env, from, flags = {} }: Sources): Settings {
  const problems = new Problems()
  const place = placeIn(env, flags)
  const files = [...readPackage(problems, from), ...readConfig(problems, from, place('config'))]
  const flagfile = place('flagfile')
  const gflags = flagfile && readFlagfile(problems, flagfile.path, flagfile.at)
  const readings = [
    ...files,
    ...(gflags === undefined ? [] : [gflags.reading]),
    readEnv(problems, env),
    readFlags(problems, flags),
  ]
  const settings = merged(readings, files, gflags?.notes ?? [])
  problems.add(...wrongLimits(settings.layers, settings.level))
  if (problems.any) problems.add(...wrongExtensions(settings))
  problems.throwIfAny()
  return settings
}

/** They are resolved for good beside the worker, when all else is right; a load file is read then, once. */
function wrongExtensions(settings: Settings): readonly Problem[] {
  try {
    resolveSettings({ ...settings, options: { ...settings.options, extensionsAutoload: undefined } }, {}, ANY_MACHINE)
    return []
  } catch (error) {
    if (error instanceof OsqwatchError) return error.problems
    throw error
  }
}

/** Where a file of settings is, by the command line or else by the environment. */
const placeIn = (env: Env, flags: GivenFlags) => (name: 'config' | 'flagfile') => {
  const variable = `OSQWATCH_${name.toUpperCase()}`
  if (flags[name]) return { path: flags[name], at: `--${name}` }
  return env[variable] ? { path: env[variable], at: variable } : undefined
}

function merged(readings: readonly Reading[], files: readonly JsonReading[], notes: readonly string[]): Settings {
  const said = (name: SettingName) => readings.findLast(reading => reading.said.has(name))?.said.get(name)
  // each value was asked whether it is one, by the table
  const value = <T>(name: SettingName) => said(name)?.value as T | undefined
  const osquerys = readings.some(reading => reading.osquerys)
  const noExtensions = value<boolean>('disableExtensions') === true
  const extensions = noExtensions ? {} : Object.fromEntries(files.flatMap(file => Object.entries(file.extensions)))
  return {
    level: value<Level>('level') ?? (osquerys ? 'normal' : 'app'),
    layers: withoutReset(readings.map(({ layer }) => layer)),
    restart: value<NonNullable<Settings['restart']>>('restart') ?? null,
    options: {
      enforce: value('enforce'),
      extensions: column(extensions, 'value') as Settings['options']['extensions'],
      extensionsAutoload: noExtensions ? undefined : value('extensionsAutoload'),
      allowUnsafe: value('allowUnsafe'),
      watchExtensions: value('watchExtensions') ?? (osquerys ? false : undefined),
      overhead: value('overhead'),
      respawnsPerMinute: value('respawnsPerMinute'),
      killsPerMinute: value('killsPerMinute'),
      ledger: value('ledger'),
      incidents: mergedIncidents(allOf(readings, 'incidents')),
      sampler: value('sampler'),
    },
    extensionsAt: column(extensions, 'at') as Record<string, string>,
    tree: value('tree'),
    warnSignal: value('warnSignal'),
    log: value<Settings['log']>('log') ?? 'text',
    adopt: adoptOf(readings),
    disabled: value('disabled') ?? false,
    from: Object.fromEntries(readings.flatMap(({ said }) => [...said].map(([name, { at }]) => [name, at]))),
    notes,
  }
}

const column = (said: JsonReading['extensions'], field: 'value' | 'at'): Record<string, unknown> =>
  Object.fromEntries(Object.entries(said).map(([name, one]) => [name, one[field]]))

/** A value that is undefined takes back what weaker layers say. */
function withoutReset(layers: readonly Layer[]): Layer[] {
  return layers.map((layer, index) => {
    const stronger = layers.slice(index)
    const reset = (name: string) =>
      stronger.some(({ values }) => Object.hasOwn(values, name) && values[name] === undefined)
    const kept = Object.entries(layer.values).filter(([name]) => !reset(name))
    return { ...layer, values: Object.fromEntries(kept) }
  })
}

/** What each of them says, the weakest first. */
const allOf = (readings: readonly Reading[], name: 'adopt' | 'incidents'): unknown[] =>
  readings.map(({ said }) => said.get(name)?.value).filter(value => value !== undefined)

/** Asked for without patterns, it is by the patterns of a weaker source. */
function adoptOf(readings: readonly Reading[]): AdoptPatterns | null {
  const said = allOf(readings, 'adopt')
  if (!said.length || said.at(-1) === false) return null
  const patterns = said.findLast(value => typeof value === 'object')
  return (patterns as AdoptPatterns | undefined) ?? {}
}
