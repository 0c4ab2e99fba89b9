import { QUICK, shell, watch } from '../e2e/helpers.js'
import { bearers, isAlive } from '../e2e/processes.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'leaves its channel and its streams open in a grandchild, and exits',
    holds: 'its end is noticed when it happens, the grandchild is ended, and the next life begins',
  },
  async t => {
    const script = 'echo WATCHDOG=1 >&3; setsid sleep 1000 & sleep 0.3; exit 3'
    const watched = await watch(t, {
      limits: { ...QUICK, respawnLimit: 1, heartbeatLimit: 'off' },
      extensions: { holder: shell(script, { stdio: 'pipe' }) },
    })
    t.match(await watched.event('exit', { child: 'holder' }), { code: 3, cause: 'crashed' })
    await watched.event('spawn', { child: 'holder', life: 2 })
    await watched.event('giveup', { child: 'holder' })
    await watched.watcher.remove('holder')
    t.strictSame(
      bearers(`OSQWATCH_LIFE=${process.pid}:`).filter(({ pid }) => isAlive(pid)),
      [],
      'nobody holds on',
    )
  },
)
