import { startHost } from '../e2e/hosts.js'
import { row } from './row.js'

const COUNT = 1000

row(
  {
    struck: 'host',
    fault: `1000 children at once, and then a stop`,
    holds: 'all of them run, and all are gone',
  },
  async t => {
    const host = startHost(t, 'host-row.mjs', JSON.stringify({ watcher: { limits: { respawnMaxDelay: 0 } } }))
    await host.until('watching')
    host.order(`many ${COUNT}`)
    await host.until('many')
    const sleeps = host.family().filter(({ command }) => command.startsWith('sleep'))
    t.equal(sleeps.length, COUNT)
    host.order('stop')
    t.match(await host.until('closed'), { report: { code: 0 } })
    host.order('leave')
    t.strictSame(await host.ended(), [0, null])
    await host.allGone()
    t.equal(host.stderr, '')
  },
)
