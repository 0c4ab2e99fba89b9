import { app, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'ignores every catchable signal',
    holds: 'its ladder ends with SIGKILL, after the delay and not before',
  },
  async t => {
    const watched = await watch(t, {
      limits: { ...QUICK, memoryTotal: '1MB', respawnLimit: 0 },
      extensions: { deaf: app('deaf') },
    })
    const { code, signal, cause } = await watched.event('exit', { child: 'deaf' })
    t.strictSame({ code, signal, cause }, { code: null, signal: 'SIGKILL', cause: 'limit' })
    const [term] = watched.all('terminate', { child: 'deaf' })
    const [kill] = watched.all('kill', { child: 'deaf' })
    t.ok((kill?.at ?? 0) - (term?.at ?? 0) >= 500 - 10, 'it had its time')
    await watched.event('giveup', { child: 'deaf' })
  },
)
