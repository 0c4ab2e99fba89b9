import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startHost } from '../e2e/hosts.js'
import { isAlive } from '../e2e/processes.js'
import { row } from './row.js'
import { endsWell, reborn, started } from './threads.js'

const LIMIT = '1s'

row(
  {
    struck: 'thread',
    fault: 'its loop is blocked: an endless loop, a read that hangs',
    holds: 'main notices and ends it; a new one has the children running',
  },
  async t => {
    t.test('an endless loop', async t => {
      const host = startHost(t, 'host-thread.mjs', LIMIT)
      const first = await started(host, 1)
      host.order('strike spins')
      const { message } = await host.until('fault')
      t.match(message, /^the watcher thread does not answer: its loop did not turn for .* \(spinning\); it is ended$/)
      await endsWell(t, host, await reborn(t, host, first, /its loop did not turn for .* \(spinning\);/))
      t.equal(host.stderr, '')
    })

    t.test('a read that hangs, which cannot be ended', async t => {
      const fifo = join(t.testdir({}), 'fifo')
      execFileSync('mkfifo', [fifo])
      const host = startHost(t, 'host-thread.mjs', LIMIT)
      const first = await started(host, 1)
      host.order(`strike reads ${fifo}`)
      const second = await reborn(t, host, first, /its loop did not turn for .* \(blocked\);/)
      t.strictSame(second.filter(isAlive), second)
      // Now it can end.
      closeSync(openSync(fifo, 'w'))
      await endsWell(t, host, second)
      t.equal(host.stderr, '')
    })

    t.test('a host with a thread that hangs still comes to its end', async t => {
      const fifo = join(t.testdir({}), 'fifo')
      execFileSync('mkfifo', [fifo])
      const host = startHost(t, 'host-thread.mjs', 'off')
      await started(host, 1)
      host.family()
      host.order(`strike reads ${fifo}`)
      host.order('leave')
      t.strictSame(await host.ended(), [null, 'SIGKILL'])
      t.match(host.stderr, /^osqwatch: the watcher thread hangs in the kernel/)
      await host.allGone()
    })

    t.test('main is blocked, too: as soon as it is free', async t => {
      const go = join(t.testdir({}), 'go')
      const host = startHost(t, 'host-thread.mjs', LIMIT)
      const first = await started(host, 1)
      host.order('strike spins')
      host.order(`block ${go}`)
      await host.until('blocked')
      writeFileSync(go, '')
      await endsWell(t, host, await reborn(t, host, first, /its loop did not turn for/))
    })

    t.test('the host is killed meanwhile', async t => {
      const host = startHost(t, 'host-thread.mjs', 'off')
      await started(host, 1)
      host.family()
      host.order('strike spins')
      host.kill('SIGKILL')
      t.strictSame(await host.ended(), [null, 'SIGKILL'])
      await host.allGone()
    })
  },
)
