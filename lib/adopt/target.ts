/** Who is to be adopted: the process behind an object that tells of its end, or a bare pid. */
import { readFileSync } from 'node:fs'
import { readStat } from '../os/identity.js'
import type { Identity } from '../os/ports.js'
import { hasEnded } from '../os/sampler/stat.js'
import { OsqwatchError } from '../wire/errors.js'
import { textsOf } from './command-line.js'

export type ExitListener = (code: number | null, signal: NodeJS.Signals | null) => void

/** A ChildProcess, or whatever else has a pid and tells of its `exit` as one does. */
export interface Adoptable {
  readonly pid?: number | undefined
  readonly exitCode?: number | null
  readonly signalCode?: NodeJS.Signals | null
  readonly spawnfile?: string
  readonly spawnargs?: readonly string[]
  once(event: 'exit', listener: ExitListener): unknown
  removeListener(event: 'exit', listener: ExitListener): unknown
}

export interface Target extends Identity {
  /** What it was started with, for a name. */
  readonly text: string
  /** null: nobody here is told of its end. */
  readonly teller: Adoptable | null
}

/** Throws ERR_OSQWATCH_ADOPT if it has ended, or is no child of this process. At once: a pid may be anybody's in a moment. */
export function targetOf(child: Adoptable | number): Target {
  if (typeof child === 'number') return { ...identityOf(child), text: commandLineOf(child), teller: null }
  if (typeof Object(child).once !== 'function') {
    throw new OsqwatchError('ERR_OSQWATCH_ADOPT', 'only a ChildProcess or a pid can be adopted')
  }
  const { pid, exitCode, signalCode, spawnfile = '', spawnargs = [] } = child
  if (pid === undefined) throw refusal('a child without a pid', 'it was never started')
  if ((exitCode ?? signalCode ?? null) !== null) throw refusal(`pid ${pid}`, 'it has ended')
  const [text = `pid ${pid}`] = textsOf(spawnfile, spawnargs.slice(1))
  return { ...identityOf(pid), text, teller: child }
}

/** Where the system does not tell, it is taken for what it is said to be. */
function identityOf(pid: number): Identity {
  if (!Number.isSafeInteger(pid) || pid <= 1) throw refusal(`pid ${pid}`, 'that is the pid of no child')
  if (readStat('self') === null) return { pid, start: '' }
  const stat = readStat(pid)
  if (stat === null || hasEnded(stat)) throw refusal(`pid ${pid}`, 'it has ended')
  // Electron's helpers are started by another process than the one that asks for them.
  const isOurs = stat.parent === process.pid || process.versions.electron !== undefined
  if (!isOurs) throw refusal(`pid ${pid}`, 'it is no child of this process')
  return { pid, start: String(stat.start) }
}

function refusal(whom: string, why: string): OsqwatchError {
  return new OsqwatchError('ERR_OSQWATCH_ADOPT', `${whom} cannot be adopted: ${why}`)
}

function commandLineOf(pid: number): string {
  try {
    const [file = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
    return textsOf(file, args)[0] ?? `pid ${pid}`
  } catch {
    return `pid ${pid}`
  }
}
