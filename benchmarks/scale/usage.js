/** What a host, its watcher thread and its children have used so far, read from outside, so that none of them is disturbed. */
import { readdirSync, readFileSync } from 'node:fs'
import { processUs, threadsOf } from '../lib/cpu.js'
import { sum } from '../lib/stats.js'

const KIB_PER_MB = 1024

/** `pids`: of the children. */
export function usage({ pid, tid }, pids) {
  return {
    at: performance.now(),
    threadUs: threadsOf(pid).find(thread => thread.tid === tid).us,
    hostUs: processUs(pid),
    childrenUs: sum(pids.map(processUs)),
    wakes: wakes(pid, tid),
  }
}

/** CPU in percent of one core, wake-ups a second. */
export function rates(before, after) {
  const us = (after.at - before.at) * 1000
  const percent = field => (100 * (after[field] - before[field])) / us
  return {
    thread: percent('threadUs'),
    host: percent('hostUs'),
    children: percent('childrenUs'),
    wakes: ((after.wakes - before.wakes) * 1e6) / us,
  }
}

/** Times that the thread went to sleep of its own accord, and so was woken. */
function wakes(pid, tid) {
  return number(`/proc/${pid}/task/${tid}/status`, /^voluntary_ctxt_switches:\s*(\d+)/m)
}

/** Resident memory, MB. */
export const residentMb = pid => number(`/proc/${pid}/status`, /^VmRSS:\s*(\d+)/m) / KIB_PER_MB

/** The share that is its own of memory that it has in common with others, MB. */
export const proportionalMb = pid => number(`/proc/${pid}/smaps_rollup`, /^Pss:\s*(\d+)/m) / KIB_PER_MB

/** The guard of this host: the one child of it that is none of `pids`. */
export function guardOf(pid, pids) {
  const known = new Set(pids)
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return all.find(other => !known.has(other) && parentOf(other) === pid)
}

/** null: it has ended meanwhile. */
function parentOf(pid) {
  try {
    return number(`/proc/${pid}/status`, /^PPid:\s*(\d+)/m)
  } catch {
    return null
  }
}

const number = (path, pattern) => Number(pattern.exec(readFileSync(path, 'latin1'))[1])
