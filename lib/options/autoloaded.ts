/** Extensions from a load file. */
import { basename } from 'node:path'
import { readLoadFile } from '../os/autoload.js'
import type { ChildConfig } from '../wire/commands.js'
import type { Problems, Section } from './check.js'
import { type ChildContext, childConfig } from './child.js'
import { isName } from './names.js'

interface Autoloaded {
  readonly children: readonly ChildConfig[]
  readonly warnings: readonly string[]
}

/** The children that `extensionsAutoload` lists; `taken` are names that they may not have. A file that cannot be read is a problem. */
export function autoloaded(
  problems: Problems,
  options: Section,
  taken: readonly string[],
  context: ChildContext,
): Autoloaded {
  const at = 'extensionsAutoload'
  const allowUnsafe = options.flag('allowUnsafe', false)
  const file = options.path(at, process.cwd())
  if (file === null) return { children: [], warnings: [] }
  const { paths, warnings } = read(options, file, allowUnsafe)
  const named = nameAll(paths, taken)
  const children = named
    .filter(({ name }) => isName(name))
    .map(({ name, path }) => ({
      ...childConfig(problems, { name, kind: 'extension', at, value: { command: path } }, context),
      run: { type: 'command', command: path, checked: !allowUnsafe } as const,
    }))
  const unnameable = named
    .filter(({ name }) => !isName(name))
    .map(({ path }) => `${file}: ${JSON.stringify(path)} skipped: no name can be made of it`)
  return { children, warnings: [...warnings, ...unnameable] }
}

function read(options: Section, file: string, allowUnsafe: boolean) {
  try {
    return readLoadFile(file, { allowUnsafe })
  } catch (error) {
    options.refuse('extensionsAutoload', `a load file that can be read: ${(error as Error).message}`)
    return { paths: [], warnings: [] }
  }
}

/** A program is named by its file, without .ext; by its whole path where that name is taken. */
function nameAll(paths: readonly string[], taken: readonly string[]): { name: string; path: string }[] {
  const names = new Set(taken)
  return paths.map(path => {
    const short = basename(path, '.ext')
    const name = names.has(short) ? path : short
    names.add(name)
    return { name, path }
  })
}
