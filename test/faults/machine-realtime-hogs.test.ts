import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { crowd, ROW_TIMEOUT_MS } from './crowd.js'
import { startHogs } from './hogs.js'
import { row } from './row.js'

const isAllowed = spawnSync('chrt', ['-f', '1', 'true']).status === 0
const processors = availableParallelism()

/** One processor is left to everybody else, this test included. */
const REALTIME_HOGS = processors - 1

row(
  {
    struck: 'machine',
    fault: 'busy loops with real-time priority (FIFO, RR) on all processors but one, four common ones on that',
    holds: 'no healthy child is blamed for its lateness; one that hangs is found, and one that leaks is stopped',
    skip: !isAllowed ? 'real-time priority is not allowed' : REALTIME_HOGS === 0 && 'there is one processor alone',
    timeout: ROW_TIMEOUT_MS,
  },
  async t => {
    await crowd(t, () => {
      startHogs(t, Math.ceil(REALTIME_HOGS / 2), ['chrt', '-f', '1'])
      startHogs(t, Math.floor(REALTIME_HOGS / 2), ['chrt', '-r', '1'])
      startHogs(t, 4)
    })
  },
)
