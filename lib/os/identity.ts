import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import type { Identity } from './ports.js'
import { blankStat, hasEnded, parseStat, STAT_BYTES, type Stat } from './sampler/stat.js'

/** Does this system have Linux's /proc? */
export const hasProc = existsSync('/proc/self/stat')

const bytes = Buffer.alloc(STAT_BYTES)

/** What /proc says of a process at this moment; null: no such process, or no /proc. */
export function readStat(pid: number | string): Stat | null {
  let fd = -1
  try {
    fd = openSync(`/proc/${pid}/stat`, 'r')
    const stat = blankStat()
    return parseStat(bytes, readSync(fd, bytes, 0, bytes.length, 0), stat) ? stat : null
  } catch {
    return null
  } finally {
    if (fd !== -1) closeSync(fd)
  }
}

/** Field 22 of /proc/PID/stat, in ticks since boot; '' if the process is gone or the system does not tell. */
export function startTime(pid: number): string {
  const stat = readStat(pid)
  return stat === null ? '' : String(stat.start)
}

/**
 * Does the process still live, and is it still that one? A zombie does not live.
 * Without /proc any process of that pid will do.
 */
export function isSame({ pid, start }: Identity): boolean {
  if (!hasProc) return exists(pid)
  const stat = readStat(pid)
  return stat !== null && String(stat.start) === start && !hasEnded(stat)
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
