import { QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'
import { Victims } from './victims.js'

/** An ordinary stop has this long between SIGTERM and SIGKILL. */
const STOP_MS = 1000

row(
  {
    struck: 'child',
    fault: 'somebody stops it (SIGSTOP) during its own stop, alone or behind a shell',
    holds: 'SIGKILL comes all the same, in its time and not before',
  },
  async t => {
    const victims = new Victims(t)
    const watched = await watch(t, {
      limits: { ...QUICK, stopTimeout: STOP_MS },
      extensions: { alone: victims.alone('stop deaf'), wrapped: victims.wrapped('stop deaf') },
    })
    for (const child of ['alone', 'wrapped']) {
      const pid = await victims.up(watched, child)
      const removed = watched.watcher.remove(child)
      await watched.event('terminate', { child })
      process.kill(pid, 'SIGSTOP')
      await removed
      const [term] = watched.all('terminate', { child })
      const [kill] = watched.all('kill', { child })
      t.ok(Number(kill?.at) - Number(term?.at) >= STOP_MS - 10, `${child}: it had its time`)
      t.equal(watched.all('kill', { child }).length, 1)
      t.match(await watched.event('exit', { child }), { cause: 'requested' })
    }
  },
)
