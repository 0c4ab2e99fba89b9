import { app, fixture, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'closes its channel and lives on',
    holds: 'it is taken neither for dead nor for hung, which is told; its CPU and memory are judged as ever',
  },
  async t => {
    const closer = (limits: object) => app('', { module: fixture('faults-child.cjs'), args: ['close'], limits })
    const watched = await watch(t, {
      limits: { ...QUICK, heartbeatLimit: '1s', respawnLimit: 0 },
      extensions: { quiet: closer({}), fat: closer({ memoryTotal: '20MB', memoryHard: 'off', delay: '4s' }) },
    })
    const message = /has closed its heartbeat channel/
    await watched.until('it is told', () =>
      watched.all('fault', { child: 'quiet' }).some(told => message.test(told.message)),
    )
    const { length } = watched.all('sample', { child: 'quiet' })
    await watched.until('it is looked at for far longer than its limit', () => {
      return watched.all('sample', { child: 'quiet' }).length > length + 4
    })
    t.strictSame(watched.all('limit', { child: 'quiet' }), [])
    t.match(await watched.row('quiet'), { phase: 'up', life: 1 })

    t.match(await watched.event('limit', { child: 'fat' }), { verdict: 'memory', limitName: 'memoryTotal' })
    await watched.event('exit', { child: 'fat', cause: 'limit' })
  },
)
