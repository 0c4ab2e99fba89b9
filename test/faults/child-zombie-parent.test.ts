import { PATIENT, QUICK, shell, watch } from '../e2e/helpers.js'
import { look } from '../e2e/proc.js'
import { childrenOf } from './kin.js'
import { row } from './row.js'

row(
  {
    struck: 'child',
    fault: 'becomes a zombie’s parent',
    holds: 'the zombie is no member and holds up nothing: it is stopped as ever, and all of it is reaped',
  },
  async t => {
    // exec: whoever starts the first one never asks how it ended.
    const watched = await watch(t, {
      limits: { ...QUICK, stopTimeout: PATIENT },
      extensions: { parent: shell('sleep 0.05 & exec sleep 1000') },
    })
    const { pid } = await watched.event('spawn', { child: 'parent' })
    const zombie = await watched.until('it has a zombie', () =>
      childrenOf(pid as number).find(one => look(one)?.state === 'Z'),
    )
    watched.see(zombie)
    await watched.until('it is one process', async () => (await watched.row('parent')).tree.length === 1)
    await watched.watcher.remove('parent')
    t.match(watched.all('exit', { child: 'parent' }), [{ signal: 'SIGTERM' }])
    t.strictSame(watched.all('kill'), [], 'nobody had to be killed')
    t.strictSame(watched.all('fault'), [])
  },
)
