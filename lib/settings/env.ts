/** OSQWATCH_* in the environment. */
import { LIMIT_NAMES } from '../core/limits.js'
import { nearest, unknownName } from '../core/words.js'
import type { Problems } from '../options/check.js'
import { Draft, type Reading } from './draft.js'
import { FLAG_NAMES, PLACES, SETTING_NAMES, screaming } from './table.js'
import { booleanOf, takeFlag, takeOwn } from './text.js'

export type Env = Readonly<Record<string, string | undefined>>

const PREFIX = 'OSQWATCH_'
/** What osqwatch tells its children, and itself. */
export const RESERVED: readonly string[] = [
  'HOST',
  'CHANNEL',
  'SOCKET',
  'LIFE',
  'KEEP',
  'WITNESS',
  'EVIDENCE',
  'LAST_INCIDENT',
]

const OWN = new Map([...LIMIT_NAMES, ...SETTING_NAMES].map(name => [screaming(name), name]))
/** A flag whose name is that of a setting is that setting. */
const FLAGS = new Map(FLAG_NAMES.map(name => [name.toUpperCase(), name]))
const KNOWN = [...OWN.keys(), ...FLAGS.keys(), 'ADOPT', ...Object.keys(PLACES).map(screaming)]
const KNOWN_NAMES = [...new Set(KNOWN)].map(name => PREFIX + name)

export function readEnv(problems: Problems, env: Env): Reading {
  const draft = new Draft(problems, { osquerys: false })
  for (const [at, text] of Object.entries(env))
    if (at.startsWith(PREFIX) && text !== undefined && text !== '') takeVariable(draft, at, text)
  return draft.reading('environment')
}

function takeVariable(draft: Draft, at: string, text: string) {
  const name = at.slice(PREFIX.length)
  const own = OWN.get(name)
  const flag = FLAGS.get(name)
  if (own !== undefined) takeOwn(draft, own, at, text)
  else if (flag !== undefined) takeFlag(draft, flag, at, text)
  else if (name === 'ADOPT') takeAdopt(draft, at, text)
  else if (!RESERVED.includes(name) && !Object.hasOwn(PLACES, name.toLowerCase()))
    draft.refuse(at, text, unknownName(nearest(at, KNOWN_NAMES), KNOWN_NAMES))
}

function takeAdopt(draft: Draft, at: string, text: string) {
  const value = booleanOf(text)
  if (typeof value === 'boolean') draft.set('adopt', { value, at })
  else draft.refuse(at, text, '1 or 0')
}
