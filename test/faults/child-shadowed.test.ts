import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { app, CLEAN_ENV, fixture, QUICK, watch } from '../e2e/helpers.js'
import { row } from './row.js'

const BROKEN = { spins: 'heartbeatLimit', hangs: 'heartbeatLimit', leaks: 'memoryHard', uses: 'latency' } as const

row(
  {
    struck: 'child',
    fault: 'spins, hangs, leaks or uses too much CPU under a watcher in shadow mode (enforce: false)',
    holds: 'it is told, and lives on as the same process; what ends it is a watcher that enforces',
  },
  async t => {
    const limits = { ...QUICK, heartbeatLimit: 1500, memoryHard: '200MB', utilization: '0.02 core', latency: 1000 }
    const mild = { heartbeatLimit: 'off', utilization: 'off' } as const
    const watched = await watch(t, {
      limits,
      enforce: false,
      extensions: {
        spins: { ...app('spin'), limits: { utilization: 'off' } },
        hangs: { ...app('wait'), limits: { utilization: 'off' } },
        leaks: { ...app('hoard=300'), limits: mild },
        uses: { ...app('busy'), limits: { heartbeatLimit: 'off' } },
      },
    })
    for (const [child, limitName] of Object.entries(BROKEN)) {
      const told = await watched.event('limit', { child, limitName })
      t.equal(told.enforced, false)
      t.match(told.message, /enforce is off, or it would be: /)
    }
    for (const [child, limitName] of Object.entries(BROKEN)) {
      const windows = () => watched.all('sample', { child }).length
      const before = windows()
      await watched.until(`${child} is looked at again, and again`, () => windows() >= before + 2)
      const [{ pid } = { pid: null }] = watched.all('spawn', { child })
      t.match(await watched.row(child), { phase: 'up', life: 1, pid })
      // After a gap in which the watcher could not run, a beat is waited for anew: that is told, too.
      const gaps = watched.all('defer', { child }).length
      t.ok(watched.all('limit', { child, limitName }).length <= 1 + gaps, `${child}: told once`)
      t.notMatch(watched.story(child), /warn|terminate|kill/)
      // It has been seen, and would take CPU from the rest.
      await watched.watcher.remove(child)
    }

    const other = await watch(t, { limits: { ...QUICK, memoryHard: '200MB' } })
    const leaky = spawn(process.execPath, [fixture('e2e-app.cjs'), 'hoard=300'], { env: CLEAN_ENV, stdio: 'ignore' })
    const ended = once(leaky, 'exit')
    const name = await watched.watcher.adopt(leaky, { name: 'both', limits: mild })
    await watched.event('limit', { child: name, limitName: 'memoryHard', enforced: false })
    t.equal(leaky.exitCode ?? leaky.signalCode, null)
    await other.watcher.adopt(leaky)
    t.match(await ended, [null, 'SIGKILL'])
    t.match(await other.event('limit', { limitName: 'memoryHard' }), { enforced: true })
    t.match(await watched.event('exit', { child: name }), { signal: 'SIGKILL', cause: 'signal', verdict: null })
    for (const { watcher } of [watched, other]) void watcher.stop()
    await Promise.all([watched.closed(), other.closed()])
  },
)
