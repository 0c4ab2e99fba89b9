/** A thread of this process as the kernel has it, for those that look at it from another thread. */
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { Pulse } from '../core/samples.js'
import { complain } from './host.js'
import { readStat } from './identity.js'

const NS_PER_MS = 1e6

/** The kernel's number of the calling thread; 0 where there is no /proc. */
export function threadId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  } catch {
    return 0
  }
}

/** null: it cannot be told at this moment. Where the system tells nothing of threads, all time is the thread's own. */
export function threadPulse(tid: number): Pulse | null {
  if (tid === 0) return { at: performance.now(), ranMs: 0, waitMs: null, state: '?' }
  const stat = readStat(`self/task/${tid}`)
  return stat && { at: performance.now(), ...schedule(tid), state: String.fromCharCode(stat.state) }
}

/** Zero time slices: a kernel that has the file but does not count. */
function schedule(tid: number): Pick<Pulse, 'ranMs' | 'waitMs'> {
  try {
    const text = readFileSync(`/proc/self/task/${tid}/schedstat`, 'latin1')
    const [ranNs = 0, waitNs = 0, slices = 0] = text.split(' ').map(Number)
    if (slices > 0) return { ranMs: ranNs / NS_PER_MS, waitMs: waitNs / NS_PER_MS }
  } catch {}
  return { ranMs: 0, waitMs: null }
}

/** How long a terminated thread may take to end in the host's exit. Time in which it waits for a processor does not count. */
const END_MS = 1000
const MAX_END_MS = 30_000
const LOOK_MS = 5

const cell = new Int32Array(new SharedArrayBuffer(4))

/**
 * In the host's exit, of a thread that was told to end: one that hangs in the kernel does not hear it, and Node would wait for
 * it for ever.
 */
export function outlast(tid: number): void {
  const isThere = () => tid !== 0 && existsSync(`/proc/self/task/${tid}`)
  const until = performance.now() + MAX_END_MS
  for (let left = END_MS; left > 0 && isThere() && performance.now() < until; ) {
    Atomics.wait(cell, 0, 0, LOOK_MS)
    if (threadPulse(tid)?.state !== 'R') left -= LOOK_MS
  }
  if (isThere()) killHost()
}

function killHost(): void {
  complain('the watcher thread hangs in the kernel and cannot be ended, so neither can this process: SIGKILL')
  process.kill(process.pid, 'SIGKILL')
}
