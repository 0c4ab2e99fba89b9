import { startHostBehind } from '../e2e/hosts.js'
import { fixture } from '../e2e/programs.js'
import { row } from './row.js'

/** V8 aborts, and that would leave a file. */
const NO_CORE = ['sh', '-c', 'ulimit -c 0; exec "$@"', 'sh']

const OPTIONS = {
  watcher: { limits: { forcedShutdownDelay: 500 } },
  modules: { behaves: [], deaf: ['deaf'] },
  commands: { sleep: { command: 'sleep', args: ['1000'] } },
}

row(
  {
    struck: 'host',
    fault: 'main is out of memory, and V8 aborts the process',
    holds: 'nobody outlives it',
  },
  async t => {
    const args = ['--max-old-space-size=64', fixture('host-row.mjs'), JSON.stringify(OPTIONS)]
    const host = startHostBehind(t, NO_CORE, args)
    for (const child of ['behaves', 'deaf']) await host.until('ready', said => said.child === child)
    t.equal(host.family().length, 4, 'three children and the guard')
    host.order('hoard')
    t.strictSame(await host.ended(), [null, 'SIGABRT'])
    await host.allGone()
  },
)
