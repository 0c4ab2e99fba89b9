/** A thread of this process, as another one sees it. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { hasProc } from '../../lib/os/identity.js'
import { outlast, threadId, threadPulse } from '../../lib/os/thread.js'
import { until } from './processes.js'

const SPINS = `
  const { parentPort } = require('node:worker_threads')
  const { readlinkSync } = require('node:fs')
  parentPort.postMessage(Number(readlinkSync('/proc/thread-self').split('/').at(-1)))
  for (;;);
`

t.test('the main thread has the number of its process', { skip: !hasProc && 'no /proc' }, async t => {
  t.equal(threadId(), process.pid)
})

t.test('what another thread does, and that it has ended', { skip: !hasProc && 'no /proc' }, async t => {
  const worker = new Worker(SPINS, { eval: true, execArgv: [], env: {} })
  t.teardown(() => worker.terminate())
  const [tid] = await once(worker, 'message')
  t.not(tid, process.pid)
  const first = threadPulse(tid)
  await until('it has used a processor', () => (threadPulse(tid)?.ranMs ?? 0) > (first?.ranMs ?? 0))
  void worker.terminate()
  outlast(tid)
  t.equal(threadPulse(tid), null)
})

t.test('where threads are not told of, nothing but the time is', async t => {
  const before = performance.now()
  const pulse = threadPulse(0)
  t.ok(pulse !== null && pulse.at >= before)
  t.match(pulse, { ranMs: 0, waitMs: null, state: '?' })
})
