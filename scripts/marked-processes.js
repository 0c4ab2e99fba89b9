/**
 * Processes that carry a mark in their environment. A child inherits it whatever its session, group or parent, so no descendant
 * of a test is missed unless it clears its environment.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** Bounds the work if a process cannot be killed. */
const MAX_ROUNDS = 10_000
/** A process has no environment for an instant while it is in exec, and other processes never have one. */
const MAX_EMPTY_READS = 3

/** Sends SIGKILL to every live process whose environment contains `mark`. Returns the command line of each by pid. */
export function killMarked(mark) {
  const killed = new Map()
  visitMarked(mark, pid => kill(pid, killed))
  return killed
}

export function hasMarked(mark) {
  let found = false
  visitMarked(mark, () => {
    found = true
    return STOP
  })
  return found
}

const STOP = Symbol('stop')

/**
 * Ends when a listing of /proc shows no process that was not checked before: a process that forks and exits faster than /proc
 * can be read shows its child there. Finds nothing where there is no /proc.
 */
function visitMarked(mark, visit) {
  const checked = new Set()
  const emptyReads = new Map()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const unchecked = listPids().filter(pid => !checked.has(pid))
    if (unchecked.length === 0) break
    for (const pid of unchecked) {
      const environment = read(pid, 'environ')
      if (environment?.includes(mark)) {
        if (visit(pid) === STOP) return
        continue
      }
      const reads = environment === '' ? (emptyReads.get(pid) ?? 0) + 1 : MAX_EMPTY_READS
      emptyReads.set(pid, reads)
      if (reads >= MAX_EMPTY_READS) checked.add(pid)
    }
  }
}

function kill(pid, killed) {
  const command = read(pid, 'cmdline')?.replaceAll('\0', ' ').trim()
  try {
    process.kill(pid, 'SIGKILL')
    // A process that is dying is found again, and has no command line any more.
    killed.set(pid, killed.get(pid) || command || '')
  } catch (error) {
    // It ended before the signal.
    if (error.code !== 'ESRCH') throw error
  }
}

function listPids() {
  try {
    return readdirSync('/proc').map(Number).filter(Boolean)
  } catch {
    return []
  }
}

/** null: the process has ended, or belongs to another user. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return null
  }
}
