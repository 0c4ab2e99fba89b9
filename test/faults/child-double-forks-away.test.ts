import { join } from 'node:path'
import { QUICK, shell, watch } from '../e2e/helpers.js'
import { bearers, isAlive, killNow } from '../e2e/processes.js'
import { row } from './row.js'

/** How one gets away, and what the child does then. */
const WAYS = {
  'setsid, between two looks': '(setsid sleep 1000 &); exit 1',
  'its parent in between is gone as well': `(setsid sh -c '(setsid sleep 1001 &)' &); exit 1`,
  // What is ignored stays ignored by whoever is started: it is deaf from its first moment.
  'it is deaf': `trap "" TERM; (setsid sh -c 'while :; do sleep 0.1; done' &); exit 1`,
  'it has children of its own': `(setsid sh -c 'sleep 1002 & (setsid sleep 1003 &) & wait' &); exit 1`,
  'without setsid, from a child that is killed': '(sleep 1004 &); kill -9 $$',
}

row(
  {
    struck: 'child',
    fault: 'double-forks away, in a session of its own, faster than anybody looks',
    holds: 'whoever carries the mark of its life is ended with it; whoever says that it stays is left',
  },
  async t => {
    const names = Object.keys(WAYS)
    const extensions = Object.fromEntries(Object.entries(WAYS).map(([name, script]) => [name, shell(script)]))
    // The child exits only when the one that stays has its own environment: until its exec it has the child's.
    const up = join(t.testdir({}), 'up')
    const kept = shell(
      `(OSQWATCH_KEEP=1 setsid sh -c 'touch ${up}; exec sleep 1005' &); while [ ! -e ${up} ]; do sleep 0.05; done; exit 1`,
    )
    const watched = await watch(t, { limits: { ...QUICK, respawnLimit: 0 }, extensions: { ...extensions, kept } })
    for (const child of [...names, 'kept']) await watched.event('giveup', { child })
    const left = () => bearers(`OSQWATCH_LIFE=${process.pid}:`).filter(({ pid }) => isAlive(pid))
    await watched.until('all of them are gone', () => left().every(({ command }) => command.includes('1005')))
    const [one] = left()
    t.match(one?.command, 'sleep', 'the one that stays is left')
    if (one !== undefined) killNow(one.pid)
    t.match(await watched.event('kill', { child: 'it is deaf' }), { message: /left behind \(\d+.*\) gets SIGKILL/ })
    t.equal(watched.all('kill', { child: 'it is deaf' }).length, 1)
    t.ok(
      watched
        .all('terminate')
        .some(({ message }) => /what life 1 of .* left behind \(\d+.*\) gets SIGTERM/.test(message)),
      'it is told',
    )
  },
)
