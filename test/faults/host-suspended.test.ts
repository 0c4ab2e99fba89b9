import { setTimeout as delay } from 'node:timers/promises'
import { QUICK } from '../e2e/helpers.js'
import { type Said, startHost } from '../e2e/hosts.js'
import { look } from '../e2e/proc.js'
import { until } from '../e2e/until.js'
import { row } from './row.js'

const STILL_MS = process.env.OSQWATCH_LONG === '1' ? 60_000 : 6000
const KILL_MS = 4000
/** What was due when it was stopped was due within an interval; events tell whole ms. */
const SLACK_MS = 1000

const OPTIONS = {
  watcher: { limits: { ...QUICK, heartbeatLimit: 1500, forcedShutdownDelay: KILL_MS } },
  modules: { one: [], two: [] },
  commands: {
    crashes: { command: 'sleep', args: ['1000'] },
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
    fault: 'it stands still (SIGSTOP) for far longer than its limits, and goes on',
    holds: 'nobody is blamed, nothing is lost, a ladder that is open has its time',
  },
  async t => {
    const host = startHost(t, 'host-row.mjs', JSON.stringify(OPTIONS))
    for (const child of ['one', 'two']) await host.until('ready', said => said.child === child)
    const crashes = await host.until('spawn', ({ child }) => child === 'crashes')
    const term = await host.until('terminate', ({ child }) => child === 'deaf')
    host.kill('SIGSTOP')
    await until('it stands still', () => look(host.pid)?.state === 'T')
    process.kill(crashes.pid as number, 'SIGKILL')
    // How long it stands still is what is tested.
    await delay(STILL_MS)
    host.kill('SIGCONT')
    const isDeaf = ({ child, life }: Said) => child === 'deaf' && life === term.life
    const kill = await host.until('kill', isDeaf)
    t.ok(Number(kill.at) - Number(term.at) >= STILL_MS + KILL_MS - SLACK_MS, 'the rung has its time')
    t.match(await host.until('exit', ({ child }) => child === 'crashes'), { signal: 'SIGKILL', cause: 'signal' })
    await host.until('spawn', ({ child, life }) => child === 'crashes' && life === 2)
    for (const child of ['one', 'two']) {
      // Not the first: a loaded machine has other excuses.
      await host.until('defer', said => said.child === child && said.reason === 'suspended')
      const blamed = host.said.filter(
        said => said.child === child && ['limit', 'warn', 'exit'].includes(`${said.type}`),
      )
      t.strictSame(blamed, [])
    }
    host.order('stop')
    await host.until('closed')
    host.order('leave')
    t.strictSame(await host.ended(), [0, null])
    await host.allGone()
  },
)
