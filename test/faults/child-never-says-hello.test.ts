import { QUICK, shell, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'never says hello',
    holds: 'it is never asked for a beat nor blamed for one, and its CPU and memory are judged all the same',
  },
  async t => {
    const watched = await watch(t, {
      limits: { ...QUICK, heartbeatLimit: 500, respawnLimit: 0 },
      extensions: {
        silent: shell('exec sleep 600'),
        busy: shell('while :; do :; done', { limits: { utilization: '0.05 core', latency: 1000 } }),
      },
    })
    t.match(await watched.event('limit', { child: 'busy' }), { verdict: 'cpu' })
    await watched.event('exit', { child: 'busy', cause: 'limit' })
    await watched.until('it was looked at for longer than its heartbeatLimit', () => {
      return watched.all('sample', { child: 'silent' }).length >= 3
    })
    t.match(await watched.row('silent'), { phase: 'up', life: 1, lateness: null })
    // A gap in which the watcher could not run is told as such: it blames nobody.
    const story = watched.story('silent').filter(type => type !== 'defer')
    t.strictSame(story, ['spawn'])
  },
)
