/** The load file of extensions, as osquery reads it. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { errorCode, unsafeReason } from './permissions.js'

export interface LoadFile {
  /** Absolute paths of the programs, each once, in the file's order; those of a directory by name. */
  readonly paths: readonly string[]
  /** A line for each entry that is skipped, as osquery logs it. */
  readonly warnings: readonly string[]
}

/** A program that may be started, or why an entry is none. */
type Found = { readonly path: string } | { readonly skipped: string; readonly why: string }

/**
 * A path a line, `#` and `;` comment lines; a directory stands for every `.ext` file below it; relative paths are relative
 * to the working directory. `allowUnsafe` lifts the rules of `unsafeReason`, but a program must be there. Throws the error
 * of the file system where the load file itself cannot be read.
 */
export function readLoadFile(file: string, { allowUnsafe }: { allowUnsafe: boolean }): LoadFile {
  const found = entries(readFileSync(file, 'utf8')).flatMap(path => expand(path, allowUnsafe))
  const paths = found.flatMap(one => ('path' in one ? [one.path] : []))
  const warnings = found.flatMap(one =>
    'why' in one ? [`${file}: ${JSON.stringify(one.skipped)} skipped: ${one.why}`] : [],
  )
  return { paths: [...new Set(paths)], warnings: [...new Set(warnings)] }
}

function entries(text: string): string[] {
  const lines = text.split('\n').map(line => line.trim())
  return lines.filter(line => line !== '' && !line.startsWith('#') && !line.startsWith(';')).map(line => resolve(line))
}

function expand(path: string, allowUnsafe: boolean): Found[] {
  try {
    if (!statSync(path).isDirectory()) return [check(path, allowUnsafe)]
    return programsBelow(path).map(program => check(program, allowUnsafe))
  } catch (error) {
    return [{ skipped: path, why: errorCode(error) }]
  }
}

const isProgram = (path: string) => extname(path) === '.ext'

/** Links to directories are not followed: they may lead in circles, and some Nodes follow them in a recursive readdir. */
function programsBelow(directory: string): string[] {
  const found = readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? programsBelow(path) : [path]
  })
  return found.filter(isProgram).sort()
}

function check(path: string, allowUnsafe: boolean): Found {
  if (!isProgram(path)) return { skipped: path, why: 'not ending in .ext' }
  const why = allowUnsafe ? missing(path) : unsafeReason(path)
  return why === null ? { path } : { skipped: path, why }
}

function missing(path: string): string | null {
  try {
    return statSync(path).isFile() ? null : 'not a regular file'
  } catch (error) {
    return errorCode(error)
  }
}
