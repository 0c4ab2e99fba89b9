import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { BoundedQueue } from '../../lib/os/bounded.js'

const after = (ms: number) => () => delay(ms, ms)

t.test('one after the other, in order', async t => {
  const queue = new BoundedQueue(5_000)
  const done: number[] = []
  for (const ms of [20, 1, 10]) void queue.add(async () => done.push(await delay(ms, ms)))
  await queue.idle()
  t.strictSame(done, [20, 1, 10])
})

t.test('what hangs is waited for no longer than its time, and nothing is begun until it has come back', async t => {
  const queue = new BoundedQueue(50)
  let comeBack: (value: number) => void = () => {}
  const told: boolean[] = []
  const hung = queue.add(signal => {
    signal.addEventListener('abort', () => told.push(true))
    return new Promise<number>(resolve => {
      comeBack = resolve
    })
  })
  await t.rejects(hung, { message: 'it took more than 50 ms' })
  t.strictSame(told, [true])
  await t.rejects(queue.add(after(0)), { message: /has not come back/ })
  comeBack(1)
  await delay(1)
  t.equal(await queue.add(after(0)), 0)
})

t.test('a turn that does not come in time is none: who waits for all of them does not wait for the sum', async t => {
  const queue = new BoundedQueue(100)
  const begun = performance.now()
  const all = Array.from({ length: 50 }, () => queue.add(after(40)))
  const results = await Promise.allSettled(all)
  await queue.idle()
  t.ok(performance.now() - begun < 1_000)
  t.match(results[49], { status: 'rejected' })
})
