import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { startHostBehind } from '../e2e/hosts.js'
import { isAlive } from '../e2e/processes.js'
import { fixture } from '../e2e/programs.js'
import { until } from '../e2e/until.js'
import { row } from './row.js'
import { endsWell, reborn, started } from './threads.js'

/** Each thread's, so that it is soon full. */
const HEAP = '--max-old-space-size=64'
const WHY = /ERR_WORKER_OUT_OF_MEMORY|memory limit/

const begin = (t: Test) => startHostBehind(t, [], [HEAP, fixture('host-thread.mjs')])

row(
  {
    struck: 'thread',
    fault: 'out of its own memory',
    holds: 'main lives and is told; a new thread has the children running',
  },
  async t => {
    t.test('main is free', async t => {
      const host = begin(t)
      const first = await started(host, 1)
      host.order('strike hoards')
      await endsWell(t, host, await reborn(t, host, first, WHY))
    })

    t.test('main is blocked', async t => {
      const go = join(t.testdir({}), 'go')
      const host = begin(t)
      const first = await started(host, 1)
      host.order('strike hoards')
      host.order(`block ${go}`)
      await host.until('blocked')
      await until('none of them lives', () => !first.some(isAlive))
      t.notOk(host.said.some(({ type }) => type === 'free'))
      writeFileSync(go, '')
      await endsWell(t, host, await reborn(t, host, first, WHY))
    })

    t.test('the host is killed just then', async t => {
      const host = begin(t)
      await started(host, 1)
      host.family()
      host.order('strike hoards')
      host.kill('SIGKILL')
      t.strictSame(await host.ended(), [null, 'SIGKILL'])
      await host.allGone()
    })
  },
)
