import { QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'
import { Victims } from './victims.js'

const LIMITS = { ...QUICK, heartbeatLimit: 1000, forcedShutdownDelay: '30s' }

row(
  {
    struck: 'child',
    fault: 'deadlocks in a synchronous call: on a lock, on a program that never ends, behind a shell',
    holds: 'it is found blocked and ended, with all that it waits for, and starts anew',
  },
  async t => {
    const victims = new Victims(t)
    const watched = await watch(t, {
      limits: LIMITS,
      extensions: {
        lock: victims.alone('deadlock'),
        program: victims.alone('embrace'),
        wrapped: victims.wrapped('deadlock'),
      },
    })
    for (const child of ['lock', 'program', 'wrapped']) {
      await victims.strike(watched, child)
      if (child === 'program') await victims.started(watched)
      t.match(await watched.event('limit', { child }), { verdict: 'heartbeat', hang: 'blocked', state: 'S' }, child)
      t.match(await watched.event('exit', { child }), { signal: 'SIGTERM', cause: 'limit', life: 1 })
      await victims.up(watched, child, 2)
    }
    t.strictSame(watched.all('kill'), [])
  },
)
