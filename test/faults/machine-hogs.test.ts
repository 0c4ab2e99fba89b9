import { crowd, isLong, ROW_TIMEOUT_MS } from './crowd.js'
import { startHogs } from './hogs.js'
import { row } from './row.js'

row(
  {
    struck: 'machine',
    fault: '16 (in the long run 64) busy loops of equal priority',
    holds: 'no healthy child is blamed for its lateness; one that hangs is found, and one that leaks is stopped',
    timeout: ROW_TIMEOUT_MS,
  },
  async t => {
    await crowd(t, () => startHogs(t, isLong ? 64 : 16))
  },
)
