import { runFamily } from '../e2e/families.js'
import { row } from './row.js'

row(
  {
    struck: 'host',
    fault: 'process.exit in a listener of ours',
    holds: 'its exit code is kept, and nobody outlives it',
  },
  async t => {
    const host = await runFamily(t)
    host.order('exit-in-listener 4')
    const sleep = await host.until('spawn', ({ child }) => child === 'sleep')
    process.kill(sleep.pid as number, 'SIGKILL')
    t.strictSame(await host.ended(), [4, null])
    await host.allGone()
    t.equal(host.stderr, '')
  },
)
