/** Settings in JSON: the names of a watcher's options, and those of the app's own. */
import { dirname, resolve } from 'node:path'
import { show } from '../core/words.js'
import { isPlain, join, type Problems, Section } from '../options/check.js'
import { toPath } from '../options/paths.js'
import { readAdopt } from './adopt.js'
import type { Reading, Said } from './draft.js'
import { nearestFile, readJson, shown } from './files.js'
import { SETTING_NAMES, SETTINGS, type SettingName } from './table.js'

export const JSON_NAMES: readonly string[] = ['limits', 'extensions', 'adopt', ...SETTING_NAMES]

export interface JsonReading extends Reading {
  readonly extensions: Readonly<Record<string, Said>>
}

/** The `osqwatch` key of the nearest package.json; a package without one says nothing. */
export function readPackage(problems: Problems, from: string): JsonReading[] {
  const file = nearestFile(from, 'package.json')
  const manifest = file === null ? undefined : readJson(problems, file)
  if (file === null || !isPlain(manifest) || !Object.hasOwn(manifest, 'osqwatch')) return []
  return [readSection(problems, manifest.osqwatch, file, ' osqwatch')]
}

/** The file of settings that is named, or the nearest of its usual name. */
export function readConfig(problems: Problems, from: string, named?: { path: string; at: string }): JsonReading[] {
  const file = named === undefined ? nearestFile(from, 'osqwatch.config.json') : resolve(named.path)
  const value = file === null ? undefined : readJson(problems, file, named?.at)
  return file === null || value === undefined ? [] : [readSection(problems, value, file, '')]
}

/** `key`: where in the file it stands, for the message about what is no object at all. */
function readSection(problems: Problems, value: unknown, file: string, key: string): JsonReading {
  const place = `${shown(file)} `
  if (!isPlain(value)) problems.add({ option: `${shown(file)}${key}`, got: show(value), takes: 'an object' })
  const section = new Section(problems.within(place), '', isPlain(value) ? value : {}, JSON_NAMES)
  const said = new Map<SettingName | 'adopt', Said>()
  for (const name of SETTING_NAMES) {
    const found = section.has(name) ? readSetting(problems.within(place), section, name, dirname(file)) : undefined
    if (found !== undefined) said.set(name, { value: found, at: `${place}${name}` })
  }
  const adopt = readAdopt(problems.within(place), section)
  if (adopt !== undefined) said.set('adopt', { value: adopt, at: `${place}adopt` })
  const values = Object.fromEntries(section.section('limits', null).entries())
  const extensions = readExtensions(section, place, dirname(file))
  return { layer: { at: `${place}limits`, values }, said, osquerys: false, extensions }
}

function readSetting(problems: Problems, section: Section, name: SettingName, folder: string): unknown {
  const { is, takes, path, whole } = SETTINGS[name]
  const value = section.get(name)
  if (whole !== undefined && isPlain(value)) return whole(problems, value, folder)
  const read = path && typeof value === 'string' ? toPath(value, folder) : value
  return is(read) ? read : section.refuse(name, whole === undefined ? takes : `${takes}, or an object`)
}

/** Each runs in the folder of the file that tells of it, or below. Whether it can be started is asked when all are known. */
function readExtensions(section: Section, place: string, folder: string): Record<string, Said> {
  const extensions = section.section('extensions', null)
  const said = extensions.entries().map(([name, value]) => {
    const at = `${place}${join(extensions.at, name)}`
    return [name, { at, value: isPlain(value) ? { ...value, cwd: cwdOf(value, folder) } : value }]
  })
  return Object.fromEntries(said)
}

const cwdOf = ({ cwd = '.' }: Record<string, unknown>, folder: string) =>
  typeof cwd === 'string' && !cwd.startsWith('file:') ? resolve(folder, cwd) : cwd
