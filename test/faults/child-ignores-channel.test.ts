import { app, Output, QUICK, shell, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'says hello and then neither reads nor writes its channel',
    holds: 'it is stopped for its heartbeat, and nothing of the watcher waits for it to read',
  },
  async t => {
    const hello = `printf '{"type":"hello","pid":%d,"usr1":false,"inspector":false}\\n' $$ >&3`
    const output = new Output(t)
    const watched = await watch(t, {
      limits: { ...QUICK, heartbeatLimit: 2000, respawnLimit: 0 },
      extensions: { ignorant: shell(`${hello}; echo said; exec sleep 600`, { stdio: output.stdio }), other: app('') },
    })
    await output.line(/said/)
    t.match(await watched.event('limit', { child: 'ignorant' }), { verdict: 'heartbeat', hang: 'blocked' })
    t.match(await watched.event('warn', { child: 'ignorant' }), { signal: null })
    t.match(await watched.event('exit', { child: 'ignorant' }), { cause: 'limit' })
    t.match(await watched.row('other'), { phase: 'up', life: 1 })
  },
)
