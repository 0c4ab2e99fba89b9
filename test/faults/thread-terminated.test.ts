import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startHost } from '../e2e/hosts.js'
import { isAlive } from '../e2e/processes.js'
import { until } from '../e2e/until.js'
import { row } from './row.js'
import { endsWell, reborn, started } from './threads.js'

row(
  {
    struck: 'thread',
    fault: 'terminated from outside',
    holds: 'no child outlives it; a new one starts them again, or the host is told that none will',
  },
  async t => {
    t.test('its children end, and a new one starts them again', async t => {
      const host = startHost(t, 'host-thread.mjs')
      const first = await started(host, 1)
      host.family()
      host.order('die')
      const second = await reborn(t, host, first, /it was ended from outside/)
      host.order('status')
      const { rows } = await host.until('status')
      t.strictSame(
        (rows as { name: string; pid: number }[]).map(({ pid }) => pid),
        [...second, host.pid],
      )
      await endsWell(t, host, second)
      t.equal(host.stderr, '')
    })

    t.test('main is blocked just then', async t => {
      const go = join(t.testdir({}), 'go')
      const host = startHost(t, 'host-thread.mjs')
      const first = await started(host, 1)
      host.order('die')
      host.order(`block ${go}`)
      await host.until('blocked')
      await until('none of them lives', () => !first.some(isAlive))
      t.notOk(host.said.some(({ type }) => type === 'free'))
      writeFileSync(go, '')
      await endsWell(t, host, await reborn(t, host, first, /it was ended from outside/))
    })

    t.test('the host is killed just then', async t => {
      const host = startHost(t, 'host-thread.mjs')
      await started(host, 1)
      host.family()
      host.order('die')
      host.kill('SIGKILL')
      t.strictSame(await host.ended(), [null, 'SIGKILL'])
      await host.allGone()
    })

    t.test('one that keeps dying is given up, and the host is told', async t => {
      const host = startHost(t, 'host-thread.mjs')
      await started(host, 1)
      host.family()
      host.order('die-for-good')
      t.match(await host.until('closed'), { report: { code: 78, reason: /^the watcher thread died: / } })
      const faults = host.said.filter(({ type }) => type === 'fault').map(({ message }) => String(message))
      t.equal(faults.length, 6)
      t.match(faults.at(-1), /no new thread is started$/)
      host.order('leave')
      t.strictSame(await host.ended(), [0, null])
      await host.allGone()
    })
  },
)
