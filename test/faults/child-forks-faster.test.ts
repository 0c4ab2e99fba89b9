import { QUICK, shell, watch } from '../e2e/helpers.js'
import { bearers, isAlive } from '../e2e/processes.js'
import { row } from './row.js'

/** Each starts the next one and ends, for ever, about forty times a second; in a session of its own or in the child's. */
const hops = (how: string) =>
  `hop='sleep 0.02; ${how} sh -c "$hop" & exit'; export hop; trap '' TERM; ${how} sh -c "$hop" & wait; exec sleep 1000`

row(
  {
    struck: 'child',
    fault: 'forks faster than it is killed',
    holds: 'the last one of them is ended with it, in its group and out of it',
  },
  async t => {
    const extensions = { inside: shell(hops('')), outside: shell(hops('setsid')) }
    const watched = await watch(t, { limits: { ...QUICK, heartbeatLimit: 'off' }, extensions })
    const alive = () => bearers(`OSQWATCH_LIFE=${process.pid}:`).filter(({ pid }) => isAlive(pid))
    await watched.until('they are at it', () => alive().length >= 4)
    for (const name of Object.keys(extensions)) await watched.watcher.remove(name)
    await watched.until('nobody is left', () => alive().length === 0)
    t.strictSame(
      watched
        .all('exit')
        .map(({ child }) => child)
        .sort(),
      ['inside', 'outside'],
    )
  },
)
