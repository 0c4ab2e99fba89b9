import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Test } from 'tap'
import { startHostBehind } from '../e2e/hosts.js'
import { fixture } from '../e2e/programs.js'
import { row } from './row.js'

/** A pipe that is full, and whose reader never reads. */
const FULL = 'exec 2<>"$0"; dd if=/dev/zero bs=1 count=1048576 oflag=nonblock status=none >"$0" 2>/dev/null; exec "$@"'
const CLOSED = 'exec "$@" 2>&-'

function before(t: Test, script: string): string[] {
  const fifo = join(t.testdir({}), 'fifo')
  execFileSync('mkfifo', [fifo])
  return ['sh', '-c', script, fifo]
}

row(
  {
    struck: 'host',
    fault: 'stderr is closed, or full and never read',
    holds: 'nothing hangs: the host ends as it would, and is killed if main does not answer',
  },
  async t => {
    for (const [how, script] of Object.entries({ closed: CLOSED, full: FULL })) {
      t.test(`${how}: the host ends with its code`, async t => {
        const host = startHostBehind(t, before(t, script), [fixture('host-shutdown.mjs'), 'exits 78', 'exit'])
        t.strictSame(await host.ended(), [78, null])
        await host.allGone()
      })

      t.test(`${how}: main does not answer`, async t => {
        const go = join(t.testdir({}), 'go')
        const args = [fixture('host-shutdown.mjs'), 'exits-once', 'exit', 'blocks', go]
        const host = startHostBehind(t, before(t, script), args)
        t.strictSame(await host.ended(), [null, 'SIGKILL'])
        await host.allGone()
      })
    }
  },
)
