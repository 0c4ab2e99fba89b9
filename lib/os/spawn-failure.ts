/** Why a program did not start, told so that the reader knows what to put right, and whether trying again can help. */
import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { OutputError } from './output.js'
import { UnsafeProgramError } from './permissions.js'
import type { SpawnFailure } from './ports.js'

export interface Attempt {
  readonly program: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** What the system runs short of: the same program may start a moment later. */
const PASSING: Readonly<Record<string, string>> = {
  EAGAIN: 'the limit on processes is reached',
  ENOMEM: 'memory is short',
  EMFILE: 'this process has too many files open',
  ENFILE: 'the system has too many files open',
  EBUSY: 'the program is busy',
  ETXTBSY: 'the program is being written to',
}

const LASTING: ReadonlySet<string> = new Set(
  'E2BIG EACCES EINVAL EISDIR ELOOP ENAMETOOLONG ENOENT ENOEXEC ENOTDIR EPERM'.split(' '),
)

/** The failure behind what `spawn` or `openOutput` threw or emitted. An errno that nobody has heard of may pass. */
export function spawnFailure(error: unknown, attempt: Attempt): SpawnFailure {
  const { code = 'UNKNOWN', message = String(error) } = error as NodeJS.ErrnoException
  const isOurs = error instanceof OutputError || error instanceof UnsafeProgramError
  const told = isOurs ? message : `cannot start (${code}): ${culprit(code, message, attempt)}`
  return { code, lasting: isLasting(error, code), reason: oneLine(`${told}; ${whereabouts(attempt)}`) }
}

function isLasting(error: unknown, code: string): boolean {
  if (error instanceof OutputError) return !Object.hasOwn(PASSING, code)
  return LASTING.has(code) || code.startsWith('ERR_INVALID_ARG')
}

function whereabouts({ program, cwd, env }: Attempt): string {
  const path = env.PATH === undefined ? 'PATH is not set' : `PATH ${JSON.stringify(env.PATH)}`
  return `program ${JSON.stringify(program)}, cwd ${JSON.stringify(cwd)}, ${path}`
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ')
}

/** The likely culprit. The OS gives one errno for the program, its interpreter and its cwd; only a look at each tells them apart. */
function culprit(code: string, message: string, attempt: Attempt): string {
  if (code === 'E2BIG') return 'its args and env are too long for the system'
  if (code === 'ENOEXEC') return 'it is neither a program for this machine nor a script with a #! line'
  return PASSING[code] ?? (LASTING.has(code) ? (wrongCwd(attempt.cwd) ?? wrongProgram(attempt)) : null) ?? message
}

function wrongCwd(cwd: string): string | null {
  const found = look(cwd)
  if (!found) return 'its cwd does not exist'
  if (!found.isDirectory()) return 'its cwd is not a directory'
  return may(cwd, constants.X_OK) ? null : 'its cwd may not be entered'
}

function wrongProgram(attempt: Attempt): string | null {
  const file = candidates(attempt).find(look)
  if (file === undefined) return isPath(attempt.program) ? 'there is no such file' : 'it is not on PATH'
  if (look(file)?.isDirectory()) return `${JSON.stringify(file)} is a directory`
  if (!may(file, constants.X_OK)) return `${JSON.stringify(file)} exists but is not executable`
  return wrongInterpreter(file)
}

/** As the system looks for it: from the cwd that the child gets, and on the PATH that it gets. */
function candidates({ program, cwd, env }: Attempt): string[] {
  if (isPath(program)) return [resolve(cwd, program)]
  return (env.PATH ?? '/usr/bin:/bin').split(delimiter).map(folder => resolve(cwd, folder, program))
}

function isPath(program: string): boolean {
  return program.includes('/') || (process.platform === 'win32' && program.includes('\\'))
}

function wrongInterpreter(file: string): string | null {
  const interpreter = /^#!\s*(\S+)/.exec(head(file))?.[1]
  return interpreter && !look(interpreter) ? `its #! interpreter ${JSON.stringify(interpreter)} does not exist` : null
}

/** The kernel reads no further for a #! line. */
const HEAD_BYTES = 256

function head(file: string): string {
  try {
    const fd = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(HEAD_BYTES)
      return bytes.toString('latin1', 0, readSync(fd, bytes))
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}

function look(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
