/** What /proc says of a process, read by the tests themselves: they do not ask the code that they judge. */
import { readdirSync, readFileSync } from 'node:fs'

export interface Seen {
  readonly pid: number
  /** Tells it from a later process of the same number. */
  readonly start: string
  readonly state: string
  readonly parent: number
}

/** null: there is no such process, not even a zombie. */
export function look(pid: number): Seen | null {
  const stat = read(pid, 'stat')
  if (stat === '') return null
  // The name before the bracket may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '?', parent] = fields
  return { pid, state, parent: Number(parent), start: fields[19] ?? '' }
}

/** Reaped, and nothing of it left. */
export function isGone({ pid, start }: Seen): boolean {
  return look(pid)?.start !== start
}

/** Children of a process by the last word of their command line. */
export function childrenNamed(word: string, parent = process.pid): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 1 && look(pid)?.parent === parent && read(pid, 'cmdline').endsWith(`\0${word}\0`))
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
