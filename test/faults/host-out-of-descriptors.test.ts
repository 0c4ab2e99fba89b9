import type { Test } from 'tap'
import { type Host, startHostBehind } from '../e2e/hosts.js'
import { fixture } from '../e2e/programs.js'
import { row } from './row.js'

const FEW = ['sh', '-c', 'ulimit -n 256; exec "$@"', 'sh']
const QUIET = { stdio: 'ignore', limits: { heartbeatLimit: 'off' } }

/** Each has several files of its kept open by the sampler, which is held to half of 256 by itself. */
const SLEEPS = Object.fromEntries(
  Array.from({ length: 40 }, (_, n) => [`sleep ${n}`, { command: 'sleep', args: ['1000'], ...QUIET }]),
)

async function filled(t: Test): Promise<Host> {
  const watcher = { limits: { interval: 200, respawnLimit: 1000, respawnMaxDelay: '1s', stopTimeout: 1000 } }
  const args = [fixture('host-row.mjs'), JSON.stringify({ watcher, commands: SLEEPS })]
  const host = startHostBehind(t, FEW, args)
  await host.until('watching')
  host.order('status')
  await host.until('status')
  host.order('fill-descriptors')
  t.match(await host.until('full'), { code: 'EMFILE' })
  return host
}

async function endsWell(t: Test, host: Host): Promise<void> {
  const faults = host.said.filter(({ type }) => type === 'fault')
  t.ok(faults.length <= 1, JSON.stringify(faults))
  host.order('stop')
  await host.until('closed')
  host.order('leave')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
}

row(
  {
    struck: 'host',
    fault: '`ulimit -n` is reached',
    holds: 'a passing failure; the watcher gives back what it can do without, and later the child runs',
  },
  async t => {
    const host = await filled(t)
    host.order('add late sleep 1000')
    const failed = await host.until('exit', ({ child }) => child === 'late')
    t.match(failed, { cause: 'spawn', message: /EMFILE/ })
    await host.until('spawn', ({ child }) => child === 'late')
    t.strictSame(
      host.said.filter(({ type, child }) => type === 'exit' && child !== 'late'),
      [],
      'nobody else noticed',
    )
    host.order('free-descriptors')
    await endsWell(t, host)
  },
)
