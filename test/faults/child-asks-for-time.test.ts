import { app, fixture, Output, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'asks for time, and blocks: within it, beyond it, or leaking',
    holds: 'within it it is left alone, beyond extendLimit stopped for its hang, and for its memory at any time',
  },
  async t => {
    const output = new Output(t)
    const child = (...args: string[]) => app('', { module: fixture('faults-child.cjs'), args, restart: 'never' })
    const watched = await watch(t, {
      limits: { ...QUICK, heartbeatLimit: 1000, respawnLimit: 0 },
      extensions: {
        works: { ...child('extend and work', '4000'), stdio: output.stdio },
        spins: { ...child('extend and spin', '600000'), limits: { extendLimit: '3s' } },
        leaks: { ...child('extend and leak'), limits: { memory: '150MB' } },
      },
    })
    await output.line(/^extended true$/)
    t.match(await watched.event('extend', { child: 'works' }), { ms: 60_000, granted: 60_000 })
    await watched.event('defer', { child: 'works', reason: 'extended' })
    t.match(await watched.event('extend', { child: 'spins' }), {
      ms: 600_000,
      granted: 3000,
      message: /extendLimit is 3 s/,
    })
    const late = await watched.event('limit', { child: 'spins' })
    t.match(late, { verdict: 'heartbeat', hang: 'spinning' })
    t.ok(
      late.at - (watched.all('extend', { child: 'spins' })[0]?.at ?? 0) >= 3990,
      'what it was granted, and its limit',
    )
    t.match(await watched.event('limit', { child: 'leaks' }), { verdict: 'memory' })
    await output.line(/^done$/)
    t.strictSame(watched.all('limit', { child: 'works' }), [])
    t.match(await watched.row('works'), { phase: 'up', life: 1 })
  },
)
