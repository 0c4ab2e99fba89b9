import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { BoundedQueue } from '../../lib/os/bounded.js'
import { FakeTime } from './fake-time.js'

t.test('one after the other, in order', async t => {
  const time = new FakeTime()
  const queue = new BoundedQueue(5_000, time)
  const done: number[] = []
  for (const ms of [20, 1, 10]) void queue.add(async () => done.push(await time.work(ms)()))
  await time.pass(30)
  t.strictSame(done, [20, 1])
  await time.pass(1)
  await queue.idle()
  t.strictSame(done, [20, 1, 10])
})

t.test('what hangs is waited for no longer than its time, and nothing is begun until it has come back', async t => {
  const time = new FakeTime()
  const queue = new BoundedQueue(50, time)
  let comeBack: (value: number) => void = () => {}
  const told: boolean[] = []
  const hung = queue.add(signal => {
    signal.addEventListener('abort', () => told.push(true))
    return new Promise<number>(resolve => {
      comeBack = resolve
    })
  })
  const rejected = t.rejects(hung, { message: 'it took more than 50 ms' })
  await time.pass(49)
  t.strictSame(told, [])
  await time.pass(1)
  await rejected
  t.strictSame(told, [true])
  await t.rejects(queue.add(time.work(0)), { message: /has not come back/ })
  comeBack(1)
  await turn()
  const next = queue.add(time.work(0))
  await time.pass(0)
  t.equal(await next, 0)
})

t.test('a turn that does not come in time is none: who waits for all of them does not wait for the sum', async t => {
  const time = new FakeTime()
  const queue = new BoundedQueue(100, time)
  const all = Array.from({ length: 50 }, () => queue.add(time.work(40)))
  const results = Promise.allSettled(all)
  await time.pass(100)
  await queue.idle()
  const [first, second, third, ...others] = await results
  t.match([first, second], [{ value: 40 }, { value: 40 }])
  t.match(third, { status: 'rejected', reason: { message: 'it took more than 100 ms' } })
  for (const other of others) t.equal(other.status, 'rejected')
})

t.test('in real time, too', async t => {
  const hung = new BoundedQueue(1).add(() => new Promise(() => {}))
  await t.rejects(hung)
  t.equal(await new BoundedQueue(60_000).add(async () => 7), 7)
})
