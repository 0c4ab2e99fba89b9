import { startHost } from '../e2e/hosts.js'
import { isAlive } from '../e2e/processes.js'
import { row } from './row.js'
import { endsWell, started } from './threads.js'

row(
  {
    struck: 'thread',
    fault: 'something throws in it, or rejects, and nobody catches it',
    holds: 'it survives and says so; no child notices',
  },
  async t => {
    const host = startHost(t, 'host-thread.mjs')
    const first = await started(host, 1)
    for (const [word, what] of [
      ['throws', 'thrown in the thread'],
      ['rejects', 'rejected in the thread'],
    ] as const) {
      host.order(`strike ${word}`)
      await host.until('fault', ({ message }) => String(message).includes(`survived a fault: Error: ${what}`))
    }
    host.order('status')
    const { rows } = await host.until('status')
    t.strictSame((rows as { pid: number }[]).map(({ pid }) => pid).slice(0, -1), first, 'in their first lives')
    t.ok(first.every(isAlive))
    t.notOk(host.said.some(({ type }) => type === 'exit'))
    await endsWell(t, host, first)
  },
)
