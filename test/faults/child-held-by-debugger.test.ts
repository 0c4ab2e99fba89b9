import { Debugger } from '../e2e/debugger.js'
import { answered, app, fixture, Output, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'is held at a breakpoint',
    holds: 'it is not stopped for lateness, however long that is; its memory is enforced',
  },
  async t => {
    const output = new Output(t)
    const held = app('', { module: fixture('e2e-inspected.mjs'), stdio: output.stdio, restart: 'never' })
    const watched = await watch(t, {
      limits: { ...QUICK, heartbeatLimit: 1500, memory: '100MB', memoryHard: 'off' },
      extensions: { held },
    })
    const [url = ''] = /ws:\S+/.exec(await output.line(/ws:/)) ?? []
    await answered(watched, 'held')
    const session = await Debugger.attach(t, url)
    const callFrameId = await session.pause()
    await watched.event('defer', { child: 'held', reason: 'debugger' })
    const { length } = watched.all('sample')
    await watched.until('it was held for twice its limit', () => watched.all('sample').length > length + 4)
    t.strictSame(watched.all('limit'), [])
    const expression = 'globalThis.kept = Buffer.alloc(160 * 1024 * 1024, 1).length'
    session.tell('Debugger.evaluateOnCallFrame', { callFrameId, expression })
    t.match(await watched.event('limit'), { verdict: 'memory', limitName: 'memory' })
    t.match(await watched.event('exit', { child: 'held' }), { cause: 'limit', verdict: 'memory' })
  },
)
