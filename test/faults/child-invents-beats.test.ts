import { app, fixture, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'sends beats that nobody asked for, and beats and hellos of another child, and hangs',
    holds: 'none of them counts: it is stopped for its hang, the other is not touched, and each is told',
  },
  async t => {
    const watched = await watch(t, {
      limits: { ...QUICK, respawnLimit: 0 },
      extensions: { honest: app('') },
    })
    const { pid } = await watched.event('ready', { child: 'honest' })
    const forger = app('', {
      ...{ module: fixture('faults-child.cjs'), args: ['invent', String(pid)] },
      limits: { heartbeatLimit: 1500 },
    })
    await watched.watcher.add('forger', forger)
    await watched.event('limit', { child: 'forger', verdict: 'heartbeat', hang: 'spinning' })
    await watched.event('exit', { child: 'forger', cause: 'limit' })
    const faults = watched.all('fault', { child: 'forger' }).map(({ message }) => message)
    t.match(faults, [/ping 1000000, which was never sent/, /a beat of pid/, /is none of its processes/])
    t.equal(faults.length, 3)
    t.match(await watched.row('honest'), { phase: 'up', life: 1, pid })
    t.strictSame(watched.all('fault', { child: 'honest' }), [])
  },
)
