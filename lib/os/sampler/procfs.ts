import type { Sampler } from '../ports.js'
import { Census } from './census.js'
import { Descriptors } from './descriptors.js'
import { OneProbe } from './one.js'
import { pageSize } from './proc.js'
import { procTable } from './proc-table.js'
import { ProcfsProcess } from './process.js'
import { readSelf } from './self.js'
import { TreeProbe } from './tree.js'

/** A turn of the kernel's own counters, and less than a wake-up costs. */
const QUICKEST_MS = 20

/**
 * Linux: synchronous reads of /proc on descriptors that are kept, so that they need no thread of the pool, where the host's
 * own work would be ahead. Where there are no descriptors at all, a look tells nothing, and the next one tries again.
 */
export function createProcfsSampler(descriptors = new Descriptors()): Sampler {
  const pageBytes = pageSize()

  /** Even a zombie is worth opening: its CPU is still to be read. */
  function open(pid: number): ProcfsProcess | null {
    const found = new ProcfsProcess(pid, descriptors, pageBytes)
    const life = found.readWho()
    if (life === 'seen' || life === 'zombie') return found
    found.close()
    return null
  }
  const family = { kin: new Census(procTable), open }

  return {
    quickestMs: QUICKEST_MS,
    open(pid, tree) {
      const root = new ProcfsProcess(pid, descriptors, pageBytes)
      const life = root.readWho()
      if (life === 'seen' || life === 'nothing') return tree ? new TreeProbe(root, family) : new OneProbe(root)
      root.close()
      return null
    },
    self: readSelf,
    relent: () => descriptors.relent(),
  }
}
