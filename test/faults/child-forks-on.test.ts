import { QUICK, shell, watch } from '../e2e/helpers.js'
import { bearers, isAlive } from '../e2e/processes.js'
import { hops } from './hops.js'
import { row } from './row.js'

/** Between two links of the chain a look may find no process. */
const QUIET_LOOKS = 30

row(
  {
    struck: 'child',
    fault: 'is a chain of processes: each starts the next and exits, twice a second',
    holds: 'the chain is cut when the child is removed, in its group and out of it',
  },
  async t => {
    const extensions = { inside: shell(hops('')), outside: shell(hops('setsid')) }
    const watched = await watch(t, { limits: { ...QUICK, heartbeatLimit: 'off' }, extensions })
    const alive = () => bearers(`OSQWATCH_LIFE=${process.pid}:`).filter(({ pid }) => isAlive(pid))
    await watched.until('they are at it', () => alive().length >= 4)
    for (const name of Object.keys(extensions)) await watched.watcher.remove(name)
    let quiet = 0
    await watched.until('nobody is left', () => {
      quiet = alive().length === 0 ? quiet + 1 : 0
      return quiet === QUIET_LOOKS
    })
    t.strictSame(
      watched
        .all('exit')
        .map(({ child }) => child)
        .sort(),
      ['inside', 'outside'],
    )
  },
)
