import { runFamily } from '../e2e/families.js'
import { isAlive } from '../e2e/processes.js'
import { row } from './row.js'

const WAYS: readonly (readonly [order: string, stderr: RegExp])[] = [
  ['throw', /Error: the host is at its end/],
  ['reject', /Error: nobody catches this/],
  ['throw-in-listener', /Error: a listener is at its end/],
]

row(
  {
    struck: 'host',
    fault: 'an uncaught throw, an unhandled rejection, a throw in a listener',
    holds: 'it ends as it would without a watcher, and nobody outlives it',
  },
  async t => {
    for (const [order, stderr] of WAYS) {
      t.test(order, async t => {
        const host = await runFamily(t)
        const all = host.family()
        host.order(order)
        const sleep = await host.until('spawn', ({ child }) => child === 'sleep')
        if (order.endsWith('listener')) process.kill(sleep.pid as number, 'SIGKILL')
        t.strictSame(await host.ended(), [1, null])
        t.strictSame(
          all.filter(({ pid, command }) => isAlive(pid) && !command.includes('osqwatch-guard')),
          [],
        )
        await host.allGone()
        t.match(host.stderr, stderr)
      })
    }
  },
)
