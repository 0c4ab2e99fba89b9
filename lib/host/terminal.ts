/** Is this process in the foreground of a terminal? Then the app shares its process group, and has the terminal. */
import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'

export function isForeground(): boolean {
  try {
    return isForegroundStat(readFileSync('/proc/self/stat', 'latin1'))
  } catch {
    // Not process.stdin: to open its stream would take from the app's.
    return isatty(0)
  }
}

/** The kernel's line of a process: its group, its terminal, and the group that has the terminal. */
export function isForegroundStat(stat: string): boolean {
  // The name may itself hold brackets and spaces.
  const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(terminal) !== 0 && group !== undefined && group === foreground
}
