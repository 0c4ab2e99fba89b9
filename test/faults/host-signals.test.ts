import { runFamily } from '../e2e/families.js'
import { row } from './row.js'

const WAYS: readonly NodeJS.Signals[][] = [['SIGTERM'], ['SIGINT', 'SIGINT'], ['SIGHUP']]

row(
  {
    struck: 'host',
    fault: 'SIGTERM, SIGINT twice, SIGHUP, with the default handlers',
    holds: 'no handler of ours is in their way, and nobody outlives it',
  },
  async t => {
    for (const signals of WAYS) {
      t.test(signals.join(' and '), async t => {
        const host = await runFamily(t)
        for (const signal of signals) host.kill(signal)
        t.strictSame(await host.ended(), [null, signals[0]])
        await host.allGone()
        t.equal(host.stderr, '')
      })
    }
  },
)
