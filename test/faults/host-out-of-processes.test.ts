import { startHostBehind } from '../e2e/hosts.js'
import { fixture } from '../e2e/programs.js'
import { until } from '../e2e/until.js'
import { needsRoot, row } from './row.js'

/** A user that nobody else is: the limit counts all processes of a user. */
const SOMEBODY = ['setpriv', '--reuid=61234', '--regid=61234', '--clear-groups']
const FEW = ['prlimit', '--nproc=60', ...SOMEBODY]

const OPTIONS = {
  watcher: { limits: { respawnLimit: 1000, respawnMaxDelay: '1s', stopTimeout: 1000 } },
  commands: { sleep: { command: 'sleep', args: ['1000'], stdio: 'ignore' } },
}

row(
  {
    struck: 'host',
    fault: '`ulimit -u` is reached, and the guard is killed then',
    holds: 'a passing failure; later the child runs, and so does a guard; the guard is told of once',
    skip: needsRoot,
  },
  async t => {
    const host = startHostBehind(t, FEW, [fixture('host-row.mjs'), JSON.stringify(OPTIONS)])
    await host.until('watching')
    const guard = await until('there is a guard', () => host.guard())
    host.order('fill-processes')
    t.match(await host.until('full'), { code: 'EAGAIN' })
    host.order('add late sleep 1000')
    const failed = await host.until('exit', ({ child }) => child === 'late')
    t.match(failed, { cause: 'spawn', message: /EAGAIN/ })
    process.kill(guard.pid, 'SIGKILL')
    await host.until('fault', said => /guard was lost \(SIGKILL\)/.test(String(said.message)))
    // The place that it left: for another filler, so that there is none for its successor.
    host.order('fill-processes')
    const tries = () => host.said.filter(({ type, child }) => type === 'backoff' && child === 'late').length
    const before = tries()
    await until(
      'the next tries fail, too',
      () => tries() >= before + 3,
      undefined,
      () => JSON.stringify(host.said),
    )
    host.order('free-processes')
    await host.until('spawn', ({ child }) => child === 'late')
    await until('there is a guard', () => host.guard())
    const faults = host.said.filter(({ type }) => type === 'fault')
    t.equal(faults.length, 1, JSON.stringify(faults))
    t.strictSame(
      host.said.filter(({ type, child }) => type === 'exit' && child !== 'late'),
      [],
      'nobody else noticed',
    )
    host.order('stop')
    await host.until('closed')
    host.order('leave')
    t.strictSame(await host.ended(), [0, null])
    await host.allGone()
  },
)
