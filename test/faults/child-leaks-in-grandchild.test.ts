import { QUICK, watch } from '../e2e/helpers.js'
import { isAlive } from '../e2e/processes.js'
import { row } from './row.js'
import { Victims } from './victims.js'

const LIMITS = { ...QUICK, memory: '150MB', memoryHard: 'off', forcedShutdownDelay: '30s' } as const

row(
  {
    struck: 'child',
    fault: 'a program that it has started leaks, while it is small and answers',
    holds: 'memory is the whole tree’s: its limit is met, and the one that leaks is ended with it',
  },
  async t => {
    const victims = new Victims(t)
    const watched = await watch(t, {
      limits: LIMITS,
      extensions: { alone: victims.alone('leak-in-grandchild'), bystander: victims.alone('leak') },
    })
    await victims.up(watched, 'bystander')
    await victims.strike(watched, 'alone')
    const leaker = await victims.started(watched)
    const limit = await watched.event('limit', { child: 'alone' })
    t.match(limit, { verdict: 'memory', limitName: 'memory' })
    t.ok(limit.processes >= 2, `${limit.processes} processes`)
    await watched.event('exit', { child: 'alone', cause: 'limit' })
    await victims.up(watched, 'alone', 2)
    t.notOk(isAlive(leaker), 'the one that leaked is gone')
    t.match(await watched.row('bystander'), { phase: 'up', life: 1 })
  },
)
