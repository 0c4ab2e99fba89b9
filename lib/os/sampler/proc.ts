/** What this system's /proc has, asked once; lists that are read whole; what errors mean. */
import { existsSync, readFileSync, readSync } from 'node:fs'
import { type Life, NOBODY } from './single.js'
import { parsePids } from './stat.js'

/** A kernel may be built without them. */
export const hasChildren = existsSync(`/proc/self/task/${process.pid}/children`)
export const hasSchedule = existsSync('/proc/self/schedstat')

let list = Buffer.alloc(8192)

/** The pids of a list of any length, but for those that are known. */
export function readPids(fd: number, known: ReadonlyMap<number, unknown>): readonly number[] {
  const length = readWhole(fd)
  return length === 0 ? NOBODY : parsePids(list, length, known)
}

function readWhole(fd: number): number {
  let length = 0
  for (;;) {
    const count = readSync(fd, list, length, list.length - length, length)
    if (count === 0) return length
    length += count
    if (length === list.length) list = Buffer.concat([list, Buffer.alloc(length)])
  }
}

export function failed(error: unknown): Life {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ESRCH' || code === 'ENOENT' ? 'gone' : 'nothing'
}

/** arm64 has pages of 4, 16 or 64 KiB. Node knows and does not say, but it tells its own resident size in bytes. */
export function pageSize(): number {
  const pages = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1])
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages))
}
