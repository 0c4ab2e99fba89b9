import { QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'
import { Victims } from './victims.js'

/** Long, so that a loaded machine has the time to let a process die of SIGTERM. */
const LIMITS = { ...QUICK, heartbeatLimit: 1000, forcedShutdownDelay: '30s' }

row(
  {
    struck: 'child',
    fault: 'stops itself (SIGSTOP), alone or behind a shell',
    holds: 'it is found stopped, is continued so that it hears SIGTERM, and starts anew; SIGKILL is not needed',
  },
  async t => {
    const victims = new Victims(t)
    const watched = await watch(t, {
      limits: LIMITS,
      extensions: { alone: victims.alone('stop'), wrapped: victims.wrapped('stop') },
    })
    for (const child of ['alone', 'wrapped']) {
      await victims.strike(watched, child)
      t.match(await watched.event('limit', { child }), { verdict: 'heartbeat', hang: 'stopped', state: 'T' })
      t.match(await watched.event('exit', { child }), { signal: 'SIGTERM', cause: 'limit', life: 1 })
      await victims.up(watched, child, 2)
    }
    t.strictSame(watched.all('kill'), [])
  },
)
