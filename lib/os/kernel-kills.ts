/** Did the kernel kill for want of memory? It counts such kills, and does not say whom it killed. */
import { cgroups, type Read, readText } from './machine.js'

/** So long after a kill was seen a child's end may be its. */
const FRESH_MS = 30_000

export interface KernelKills {
  /**
   * Has it killed one since, so that a SIGKILL that nobody of us sent is its? Each kill that it counts is handed out once. It
   * may have been somebody else's process: where only the whole machine is counted, that cannot be told.
   */
  took(): boolean
  /** Asked now and then, it keeps a kill of long ago, which was none of ours, from being handed out. */
  look(): void
}

/**
 * One kill is counted in several places: in the cgroup of whom it met and (version 2) those above, and for the whole machine.
 * So what has grown most says how many there were.
 */
export function createKernelKills(read: Read = readText, now: () => number = () => performance.now()): KernelKills {
  const sources = sourcesOf(read)
  const baseline = sources.map(source => countOf(read, source))
  let seen = 0
  /** When each was seen that has not been handed out, the oldest first. */
  let fresh: number[] = []

  function look(): void {
    const at = now()
    const grown = Math.max(0, ...sources.map((source, n) => countOf(read, source) - (baseline[n] as number)))
    fresh = fresh.filter(since => at - since <= FRESH_MS)
    for (; seen < grown; seen++) fresh.push(at)
  }

  return {
    look,
    took() {
      look()
      return fresh.shift() !== undefined
    },
  }
}

/** The cgroup's files are those of the moment: who is moved to another cgroup later is counted for the machine only. */
function sourcesOf(read: Read): string[] {
  const files = cgroups(read, 'memory').flatMap(folder => [`${folder}/memory.events`, `${folder}/memory.oom_control`])
  return [...files, '/proc/vmstat'].filter(file => COUNT.test(read(file) ?? ''))
}

/** A line of its own in each of them. */
const COUNT = /^oom_kill (\d+)$/m

/** A file that is gone counts none. */
const countOf = (read: Read, file: string): number => Number(COUNT.exec(read(file) ?? '')?.[1] ?? 0)
