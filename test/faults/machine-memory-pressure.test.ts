import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { until } from '../e2e/helpers.js'
import { crowd, ROW_TIMEOUT_MS } from './crowd.js'
import { end } from './hogs.js'
import { MemoryCgroup } from './memory-cgroup.js'
import { row } from './row.js'

const MB = 1024 * 1024
/** The host, its children, one that leaks to its limit, and no more: what is read from files has to make way. */
const LIMIT_BYTES = 900 * MB
const FILE_MB = 1000

const cgroup = MemoryCgroup.make(LIMIT_BYTES)

/** Its pages are worth nothing by the time that they are read again. It ends by itself when the test has gone. */
const PRESS = `dd if=/dev/zero of="$0" bs=1M count=${FILE_MB} 2>/dev/null; while kill -0 $PPID; do cat "$0" >/dev/null; done`

row(
  {
    struck: 'machine',
    fault: 'memory pressure without swap: the host and all its children at the limit of their memory cgroup',
    holds: 'no healthy child is blamed for its lateness; one that hangs is found, and one that leaks is stopped',
    skip: cgroup === null && 'needs a memory cgroup of its own',
    timeout: ROW_TIMEOUT_MS,
  },
  async t => {
    const { before } = cgroup as MemoryCgroup
    t.teardown(() => until('nobody is left in the cgroup', () => cgroup?.remove()))
    const file = join(t.testdir({ pressure: '' }), 'pressure')
    const [program = '', ...args] = [...before, 'sh', '-c', PRESS, file]
    const press = () => {
      const presser = spawn(program, args, { detached: true, stdio: 'ignore' })
      t.teardown(() => end(presser))
    }
    await crowd(t, press, before)
    t.ok((cgroup as MemoryCgroup).hits > 0, 'the limit was met')
  },
)
