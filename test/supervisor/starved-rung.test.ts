/** A watcher thread that wakes late every time, for want of a processor: what it has begun still comes to its end. */
import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const LATE_MS = 1500

/** When SIGKILL came after the SIGTERM of a stop that has two seconds, every wake being late; null: it never did. */
async function killAfter(waits: boolean): Promise<number | null> {
  const rules = policy({ stopTimeout: 2000, delay: 0, interval: 100 })
  const world = new World([childConfig('a', { policy: rules }), childConfig('b', { policy: rules })])
  void world.supervisor.start()
  await world.pass(100)
  const begun = world.now
  void world.supervisor.remove('a')
  for (let turn = 0; turn < 20; turn++) {
    if (waits) world.self = { ...world.self, waitMs: world.self.waitMs + LATE_MS }
    await world.pass(LATE_MS + 50, LATE_MS)
    if (world.log.includes('SIGKILL to a')) return world.now - begun
  }
  return null
}

t.test('it waited for a processor: the rung does not begin anew at every turn', async t => {
  t.ok(((await killAfter(true)) ?? Infinity) <= LATE_MS * 4)
})

t.test('time stood still for it: the rung has its time again', async t => {
  t.ok(((await killAfter(false)) ?? Infinity) > LATE_MS * 4)
})
