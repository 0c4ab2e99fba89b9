import { shell } from '../e2e/programs.js'
import { until } from '../e2e/until.js'
import { startFamily } from './families.js'
import { hops } from './hops.js'
import { row } from './row.js'

/** Between two links of the chain a look may find no process. */
const QUIET_LOOKS = 30

row(
  {
    struck: 'host',
    fault: 'SIGKILL, with children that are chains: each process starts the next and exits, twice a second',
    holds: 'the chains are cut, in their groups and out of them, and the guard goes',
  },
  async t => {
    const command = (how: '' | 'setsid') => ({ ...shell(hops(how)), env: undefined })
    const host = await startFamily(t, { extensions: { inside: command(''), outside: command('setsid') } }, 4)
    host.kill('SIGKILL')
    let quiet = 0
    await until('nobody of its family is left', () => {
      quiet = host.family().length === 0 ? quiet + 1 : 0
      return quiet === QUIET_LOOKS
    })
    t.pass('each look in a row found nobody')
  },
)
