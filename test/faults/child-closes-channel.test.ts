import { app, fixture, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'closes its channel and lives on',
    holds: 'it is not taken for dead, and its memory is judged; its heartbeat, once promised, is missed and its end',
  },
  async t => {
    const closer = (limits: object) => app('', { module: fixture('faults-child.cjs'), args: ['close'], limits })
    const watched = await watch(t, {
      limits: { ...QUICK, respawnLimit: 0 },
      extensions: {
        unjudged: closer({ heartbeatLimit: 'off' }),
        judged: closer({ heartbeatLimit: '2s' }),
      },
    })
    const { length } = watched.all('sample', { child: 'unjudged' })
    t.match(await watched.event('limit', { child: 'judged' }), { verdict: 'heartbeat' })
    await watched.event('exit', { child: 'judged', cause: 'limit' })
    await watched.until('the other is still looked at', () => {
      return watched.all('sample', { child: 'unjudged' }).length > length + 5
    })
    t.strictSame(watched.all('exit', { child: 'unjudged' }), [])
    t.match(await watched.row('unjudged'), { phase: 'up', life: 1 })
  },
)
