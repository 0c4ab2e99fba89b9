import { app, PATIENT, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'leaks on during its ladder',
    holds: 'memoryHard cuts the ladder short: SIGKILL at once, whatever time it had left',
  },
  async t => {
    const limits = { ...QUICK, memoryTotal: '80MB', memoryHard: '250MB', respawnLimit: 0 }
    const watched = await watch(t, {
      limits,
      extensions: {
        warned: { ...app('hoard=100 hoard-when-warned=300'), limits: { warnDelay: PATIENT } },
        terminated: { ...app('hoard=100 hoard-when-told=300'), limits: { forcedShutdownDelay: PATIENT } },
      },
    })
    for (const [child, rungs] of [
      ['warned', ['warn', 'kill']],
      ['terminated', ['warn', 'terminate', 'kill']],
    ] as const) {
      t.match(await watched.event('exit', { child }), { signal: 'SIGKILL', cause: 'limit', verdict: 'memory' })
      const climbed = watched.story(child).filter(type => /^(warn|terminate|kill)$/.test(type))
      t.strictSame(climbed, rungs, child)
      const names = watched.all('limit', { child }).map(({ limitName }) => limitName)
      t.strictSame(names, ['memoryTotal', 'memoryHard'])
      const [kill] = watched.all('kill', { child })
      t.match(kill?.message, /SIGKILL at once: it passed memoryHard/)
    }
  },
)
