import { QUICK, watch } from '../e2e/helpers.js'
import { isAlive } from '../e2e/processes.js'
import { row } from './row.js'
import { Victims } from './victims.js'

const LIMITS = { ...QUICK, heartbeatLimit: 1000 }

row(
  {
    struck: 'child',
    fault: 'spins for ever, with a SIGTERM handler that its loop never runs, alone or behind a shell',
    holds: 'it is found spinning and ended by SIGKILL; not before all of it is gone does it start anew',
  },
  async t => {
    const victims = new Victims(t)
    const watched = await watch(t, {
      limits: LIMITS,
      extensions: { alone: victims.alone('spin deaf'), wrapped: victims.wrapped('spin deaf') },
    })
    for (const child of ['alone', 'wrapped']) {
      const spinner = await victims.strike(watched, child)
      t.match(await watched.event('limit', { child }), { verdict: 'heartbeat', hang: 'spinning' })
      await watched.event('kill', { child, life: 1 })
      await watched.event('spawn', { child, life: 2 })
      t.notOk(isAlive(spinner), `${child}: the one that span is gone when the next one starts`)
      t.strictSame(watched.all('kill', { child }).length, 1)
      await victims.up(watched, child, 2)
    }
  },
)
