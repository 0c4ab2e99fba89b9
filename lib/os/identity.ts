import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { constants, uptime } from 'node:os'
import type { Ending, Identity } from './ports.js'
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

/** `pid:start` of this process: what its children carry, so that none of them becomes a host itself. */
export const hostMark = (): string => `${process.pid}:${startTime(process.pid)}`

/** ms since that start time; 0 where the system does not tell. In ticks of 10 ms. */
export function ageOf(start: string): number {
  return start === '' ? 0 : Math.max(0, uptime() * 1000 - Number(start) * 10)
}

const CORE_DUMPED = 0x80
const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/** How a zombie ended: field 52 of its stat keeps the wait status until its parent asks. null: no zombie, or not to be told. */
export function endingOf({ pid, start }: Identity): Ending | null {
  const stat = readStat(pid)
  if (stat === null || String(stat.start) !== start || !hasEnded(stat)) return null
  const fields = bytes.toString('latin1', 0, bytes.indexOf('\n', bytes.indexOf(')'))).split(' ')
  const status = Number(fields.at(-1))
  const signal = status & ~CORE_DUMPED & 0x7f
  return signal === 0 ? { code: status >> 8, signal: null } : { code: null, signal: NAMES.get(signal) ?? `${signal}` }
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
