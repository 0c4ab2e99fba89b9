import { QUICK } from '../e2e/helpers.js'
import { type Said, startHost } from '../e2e/hosts.js'
import { row } from './row.js'

const KILL_MS = 4000
/** What comes too early comes at once. */
const EARLY_MS = 2000

const OPTIONS = {
  watcher: { limits: { ...QUICK, heartbeatLimit: '20s', forcedShutdownDelay: KILL_MS, respawnMaxDelay: KILL_MS } },
  modules: { healthy: [] },
  commands: {
    deaf: {
      command: 'sh',
      // Over its limit once it is deaf.
      args: ['-c', "trap '' TERM; kept=$(head -c 20000000 /dev/zero | tr '\\0' x); while :; do sleep 1; done"],
      limits: { memoryTotal: '15MB', memoryHard: 'off' },
    },
  },
}

row(
  {
    struck: 'host',
    fault: 'the wall clock is stepped an hour either way',
    holds: 'no verdict, no wait and no order of anything changes',
  },
  async t => {
    const host = startHost(t, 'host-row.mjs', JSON.stringify(OPTIONS))
    await host.until('ready', ({ child }) => child === 'healthy')
    for (const [life, thread, main] of [
      [1, 1, -1],
      [2, -2, 2],
    ]) {
      const of = (said: Said) => said.child === 'deaf' && said.life === life
      const term = await host.until('terminate', of)
      host.order(`strike steps ${thread}`)
      host.order(`steps ${main}`)
      const kill = await host.until('kill', of)
      t.ok(Number(kill.heardAt) - Number(term.heardAt) >= EARLY_MS, 'SIGKILL has its wait')
      const exit = await host.until('exit', of)
      const next = await host.until('spawn', said => said.child === 'deaf' && said.life === Number(life) + 1)
      t.ok(Number(next.heardAt) - Number(exit.heardAt) >= EARLY_MS / 2, 'and so has the next life')
      // A loaded machine may be told as its excuse; an incident comes when it was written.
      const told = host.said.filter(said => of(said) && said.type !== 'incident' && said.type !== 'defer')
      const story = told.map(({ type }) => type)
      t.strictSame(story, ['spawn', 'limit', 'warn', 'terminate', 'kill', 'exit', 'backoff'])
    }
    const blamed = host.said.filter(({ child, type }) => child === 'healthy' && type !== 'defer')
    t.strictSame(
      blamed.map(({ type }) => type),
      ['spawn', 'ready'],
    )
    host.order('status')
    const [healthy] = (await host.until('status')).rows as { lateness: number; uptime: number }[]
    t.ok(healthy && healthy.uptime > 0 && healthy.uptime < 300_000)
    host.order('stop')
    await host.until('closed')
    host.order('leave')
    t.strictSame(await host.ended(), [0, null])
    await host.allGone()
  },
)
