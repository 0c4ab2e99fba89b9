/** Those of the processes that are still there, as zombies too. */
import { existsSync, readFileSync } from 'node:fs'

export const remaining = pids => [...pids].filter(isOurs)

/** Numbers are used again, and soon where a machine has few of them: only a child of this host counts. */
function isOurs(pid) {
  try {
    process.kill(pid, 0)
    return !existsSync('/proc/self/stat') || parentOf(pid) === process.pid
  } catch {
    return false
  }
}

/** The name in brackets may hold anything; the parent is the second field after it. */
const parentOf = pid => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1])
