import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { createClock } from '../../lib/os/clock.js'
import { fixture } from '../fixtures/paths.js'
import { DEADLINE_MS } from './processes.js'

const clock = createClock()
t.teardown(() => clock.alarm(null, () => {}))

/** Sets the alarm, and waits for it behind a deadline of its own: an alarm keeps nothing alive. */
function rung(at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('The alarm was lost')), DEADLINE_MS)
    clock.alarm(at, () => {
      clearTimeout(deadline)
      resolve(clock.now())
    })
  })
}

t.test('now is monotonic ms, wall is ms since the epoch', async t => {
  const before = clock.now()
  await delay(5)
  t.ok(clock.now() > before)
  const from = Date.now()
  const wall = clock.wall()
  t.ok(from <= wall && wall <= Date.now())
})

t.test('the alarm is never early', async t => {
  for (let i = 0; i < 20; i++) {
    const at = clock.now() + 1.5 + i / 7
    t.ok((await rung(at)) >= at)
  }
})

t.test('a time in the past fires soon, but not inside the call', async t => {
  let inside = true
  const fired = new Promise<boolean>(resolve => clock.alarm(clock.now() - 1000, () => resolve(inside)))
  inside = false
  const alive = setTimeout(() => {}, DEADLINE_MS)
  t.equal(await fired, false)
  clearTimeout(alive)
})

t.test('a later alarm replaces the earlier one, and null cancels', async t => {
  let early = 0
  clock.alarm(clock.now() + 5, () => early++)
  await rung(clock.now() + 20)
  clock.alarm(clock.now() + 5, () => early++)
  clock.alarm(null, () => early++)
  await delay(30)
  t.equal(early, 0)
})

t.test('never, and further away than a timer can count, do not fire at once', async t => {
  let fired = 0
  for (const at of [Number.POSITIVE_INFINITY, clock.now() + 2 ** 31, clock.now() + 2 ** 45]) {
    clock.alarm(at, () => fired++)
    await delay(20)
  }
  t.equal(fired, 0)
})

t.test('an alarm rings once', async t => {
  let rings = 0
  clock.alarm(clock.now() + 1, () => rings++)
  await delay(30)
  t.equal(rings, 1)
})

t.test('a pending alarm does not keep a process alive', async t => {
  const program = fixture('clock-alarm.ts')
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, program], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  })
  t.equal(stdout, 'set\n')
  t.equal(status, 0)
})
