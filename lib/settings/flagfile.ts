/** A file of flags as gflags reads it. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { nearest, unknownName } from '../core/words.js'
import type { Problems } from '../options/check.js'
import { Draft, type Reading } from './draft.js'
import { matchesGlob } from './glob.js'
import { FLAG_NAMES, isBooleanFlag } from './table.js'
import { takeFlag } from './text.js'

/** Lines that name programs are asked for these. */
const PROGRAMS = ['osqueryd', 'osqwatch']

export interface Flagfile {
  readonly reading: Reading
  readonly notes: readonly string[]
}

interface Flag {
  readonly name: string
  readonly text: string
  readonly file: string
}

/** `path` may be several, with commas between, as gflags has it. `at`: who names it. */
export function readFlagfile(problems: Problems, path: string, at: string): Flagfile {
  const draft = new Draft(problems, { osquerys: true })
  const flags = path.split(',').flatMap(one => flagsOf(draft, one, at, []))
  // the last one of a flag wins
  const ours = new Map(flags.filter(({ name }) => FLAG_NAMES.includes(name)).map(flag => [flag.name, flag]))
  for (const { name, text, file } of ours.values()) takeFlag(draft, name, `--${name} (flagfile ${file})`, text)
  const others = flags.filter(({ name }) => !FLAG_NAMES.includes(name))
  for (const flag of others) if (flag.name.startsWith('watchdog_')) refuseUnknown(draft, flag)
  const passed = others.filter(({ name }) => !name.startsWith('watchdog_')).length
  return { reading: draft.reading(`flagfile ${path}`), notes: passed === 0 ? [] : [passedOver(passed, path)] }
}

function passedOver(count: number, path: string): string {
  const which = count === 1 ? '1 osquery flag' : `${count} osquery flags`
  return `${which} of ${path} ${count === 1 ? 'is not about the watcher and was' : 'are not about the watcher and were'} passed over`
}

function refuseUnknown(draft: Draft, { name, text, file }: Flag) {
  const [first = '', value] = name.split(/\s+/)
  const known = FLAG_NAMES.filter(flag => flag.includes('watchdog'))
  const takes =
    value !== undefined && FLAG_NAMES.includes(first)
      ? `--${first}=${value}: in a flagfile a value stands after =`
      : unknownName(nearest(first, known), known)
  draft.refuse(`--${name} (flagfile ${file})`, text, takes)
}

/** Every flag that is for us, in order, those of nested files where these are named. `within`: the files that are open. */
function flagsOf(draft: Draft, path: string, at: string, within: readonly string[]): Flag[] {
  const file = resolve(path)
  if (within.includes(file)) {
    draft.refuse(at, path, `a flagfile that does not lead back to itself: ${[...within, file].join(' -> ')}`)
    return []
  }
  const text = readText(draft, path, at)
  return text === null
    ? []
    : [...linesForUs(text)].flatMap(line => expand(draft, flagIn(line, path), [...within, file]))
}

function expand(draft: Draft, flag: Flag, within: readonly string[]): Flag[] {
  if (flag.name !== 'flagfile') return [flag]
  const at = `--flagfile (flagfile ${flag.file})`
  return flag.text.split(',').flatMap(path => flagsOf(draft, path, at, within))
}

function readText(draft: Draft, path: string, at: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    draft.refuse(at, path, `a flagfile that can be read: ${(error as Error).message}`)
    return null
  }
}

/** Lines of flags. A line without a dash names programs; what follows such lines, up to the next of them, is for those alone. */
function* linesForUs(text: string): Generator<string> {
  let [relevant, naming] = [true, false]
  for (const line of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map(line => line.trim())) {
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('-')) {
      naming = false
      if (relevant) yield line
    } else {
      relevant = (naming && relevant) || isForUs(line)
      naming = true
    }
  }
}

const isForUs = (line: string) =>
  line.split(/\s+/).some(pattern => PROGRAMS.some(program => matchesGlob(pattern, program)))

/** `-flag=value`, `--flag=value`, `--flag` and `--noflag`; a dash within a name is as good as an underscore. */
function flagIn(line: string, file: string): Flag {
  const [, written = '', text] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(line) ?? []
  const name = written.replaceAll('-', '_')
  if (text !== undefined) return { name, text, file }
  const denied = name.startsWith('no') ? name.slice(2) : ''
  if (isBooleanFlag(denied)) return { name: denied, text: 'false', file }
  return { name, text: isBooleanFlag(name) ? 'true' : '', file }
}
