/** A command that takes every setting there is, as an option of ours or as osquery's flag. */
import { Command, Option } from 'commander'
import { FLAGGED } from '../core/flags.js'
import { LIMIT_NAMES, LIMITS } from '../core/limit-table.js'
import { formatLimit } from '../core/limit-values.js'
import type { LimitName } from '../core/model.js'
import {
  FLAG_NAMES,
  isBooleanFlag,
  kebab,
  PLACES,
  SETTING_FLAGS,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
} from '../settings/table.js'
import { spellOut } from './spell-out.js'

const BOOLEANS = [
  ...FLAG_NAMES.filter(isBooleanFlag),
  ...SETTING_NAMES.filter(name => SETTINGS[name].boolean).map(kebab),
]

export class SettingsCommand extends Command {
  constructor(name: string) {
    super(name)
    this.argument('[command...]', 'the program and its arguments').passThroughOptions()
    const options = [...running(), ...SETTING_NAMES.map(setting), ...LIMIT_NAMES.map(limit), ...FLAG_NAMES.map(flag)]
    for (const option of options) this.addOption(option)
  }

  override parseOptions(args: string[]) {
    return super.parseOptions(spellOut(args, BOOLEANS, name => this.takesValue(name)))
  }

  private takesValue(name: string): boolean {
    return this.options.some(option => option.long === name && option.required)
  }
}

const VALUES = { bytes: 'size', ms: 'duration', percent: 'share', count: 'number' } as const

function running(): Option[] {
  const several = (value: string, former: readonly string[] = []) => [...former, value]
  return [
    new Option('--ext <name=command>', 'one more program beside it, under this name; may be repeated').argParser(
      several,
    ),
    new Option('--json', 'tell every event as JSON, one a line').conflicts('live'),
    new Option('--live', 'show a table of what runs'),
    ...Object.entries(PLACES).map(([name, meaning]) => new Option(`--${name} <path>`, meaning)),
  ].map(option => option.helpGroup('What runs, and what is told:'))
}

function limit(name: LimitName): Option {
  const { unit, levels, meaning } = LIMITS[name]
  const option = new Option(`--${kebab(name)} <${VALUES[unit]}>`, `${meaning} (${formatLimit(name, levels.app)})`)
  return option.helpGroup("Limits, with level app's own value:")
}

function setting(name: SettingName): Option {
  const { boolean, count, takes, meaning } = SETTINGS[name]
  const value = count ? 'number' : name === 'overhead' ? 'share' : 'value'
  const flags = boolean ? `--${kebab(name)} [boolean]` : `--${kebab(name)} <${value}>`
  const choices = takes.startsWith("'") ? ` ${takes.replaceAll("'", '')}` : ''
  return new Option(flags, `${meaning}${choices && `${choices}.`}`).helpGroup('Settings:')
}

function flag(name: string): Option {
  const group = "osquery's flags, in osquery's units:"
  const limited = FLAGGED.get(name)
  if (limited !== undefined) {
    const { unit, less } = LIMITS[limited].flag ?? { unit: '', less: undefined }
    const what = `${limited}${less === undefined ? '' : `, ${less / 1000} s more`}`
    return new Option(`--${name} <${unit}>`, what).helpGroup(group)
  }
  const value = isBooleanFlag(name) ? '[boolean]' : '<value>'
  return new Option(`--${name} ${value}`, FLAG_MEANINGS[name] ?? SETTING_FLAGS.get(name) ?? '').helpGroup(group)
}

const FLAG_MEANINGS: Readonly<Record<string, string>> = {
  watchdog_level: 'level: 0 is normal, 1 restrictive, -1 off',
  disable_watchdog: 'nobody is judged or started again',
  enable_watchdog_debug: 'log: debug',
  disable_extensions: 'no extensions of files of settings, nor of a load file',
}
