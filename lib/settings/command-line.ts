/** Settings that a command line parsed already: by our names, or by osquery's. */
import type { Problems } from '../options/check.js'
import { Draft, type Reading } from './draft.js'
import { FLAG_NAMES, isLimit, isSetting, kebab, PLACES } from './table.js'
import { takeFlag, takeOwn } from './text.js'

/** `{ memory: '300MB', watchdog_delay: '5', tree: 'false', config: 'x.json' }` */
export type GivenFlags = Readonly<Record<string, string | undefined>>

export function readFlags(problems: Problems, flags: GivenFlags): Reading {
  const draft = new Draft(problems, { osquerys: false })
  for (const [name, text] of Object.entries(flags)) {
    if (text === undefined || Object.hasOwn(PLACES, name)) continue
    if (isLimit(name) || isSetting(name)) takeOwn(draft, name, `--${kebab(name)}`, text)
    else if (FLAG_NAMES.includes(name)) takeFlag(draft, name, `--${name}`, text)
    else draft.refuse(`--${name}`, text, 'nothing: no such flag')
  }
  return draft.reading('command line')
}
