/**
 * Between SIGKILL and the end. Whoever has got it ends as soon as it gets a processor, and a starved machine may keep it waiting
 * for long; what hangs in the kernel (state D) may never end. The states of its threads tell the two apart.
 */
import { readdirSync } from 'node:fs'
import { hasProc, readStat } from './identity.js'
import { hasEnded, type Stat } from './sampler/stat.js'

const RUNNABLE = 'R'.charCodeAt(0)

/** A thread of it runs or waits for a processor; or all have ended, and it is only to be reaped. */
export function isDying(pid: number): boolean {
  if (!hasProc) return false
  const threads = threadsOf(pid)
  return threads.some(isRunnable) || threads.every(hasEnded)
}

/** Does a thread of any member of the group that `pid` led run, or wait for a processor? */
export function isGroupDying(pid: number): boolean {
  // A zombie counts: its first thread has ended, others may not have.
  const isMember = (name: string) => /^\d/.test(name) && readStat(name)?.pgrp === pid
  return hasProc && namesIn('/proc').some(name => isMember(name) && threadsOf(name).some(isRunnable))
}

/** Those that are there at this moment: none of a process that is gone. */
function threadsOf(pid: number | string): Stat[] {
  return namesIn(`/proc/${pid}/task`).flatMap(tid => readStat(`${pid}/task/${tid}`) ?? [])
}

/** None, too, where there is no descriptor to read it by. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const isRunnable = ({ state }: Stat): boolean => state === RUNNABLE
