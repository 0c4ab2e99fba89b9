import { existsSync, writeFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { crowd, ROW_TIMEOUT_MS } from './crowd.js'
import { startHogs } from './hogs.js'
import { row } from './row.js'

const NICEST = 19
const CELL = new Int32Array(new SharedArrayBuffer(4))

/**
 * Between two sessions it is not the priority of their processes that counts, but that of each session. Those who are not root
 * may say so ten times a second.
 */
function niceSession(pid: number): void {
  const file = `/proc/${pid}/autogroup`
  while (existsSync(file) && !isWritten(file)) Atomics.wait(CELL, 0, 0, 20)
}

function isWritten(file: string): boolean {
  try {
    writeFileSync(file, String(NICEST))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false
    throw error
  }
}

row(
  {
    struck: 'machine',
    fault: 'the host and all its children at nice 19, beside four busy loops of usual priority',
    holds: 'no healthy child is blamed for its lateness; one that hangs is found, and one that leaks is stopped',
    timeout: ROW_TIMEOUT_MS,
  },
  async t => {
    await crowd(
      t,
      ({ host, pids }) => {
        for (const pid of [host.pid, ...pids.values()]) {
          t.equal(getPriority(pid), NICEST)
          niceSession(pid)
        }
        startHogs(t, 4)
      },
      ['setsid', 'nice', '-n', String(NICEST)],
    )
  },
)
