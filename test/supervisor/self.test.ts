/** The watcher judges itself: when it is unhealthy, and what a gap in its own time is put down to. */
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import { lookAtSelf, type Self, unhealthy } from '../../lib/supervisor/self.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const RULES = policy({ memory: 100 * MB, memoryTotal: 400 * MB, heartbeatLimit: 5_000, delay: 0, interval: 3_000 })
const SAMPLE = { threadMs: 0, waitMs: 0, rss: 50 * MB, heapUsed: 10 * MB, heapLimit: 100 * MB }
const NEW: Self = { at: 0, last: SAMPLE, baseline: null, lateTicks: 0, lateness: 0, cpu: 0 }

t.test('why it is unhealthy', async t => {
  for (const [self, changes, reason] of [
    [{ baseline: 50 * MB }, { rss: 150 * MB }, null],
    [{ baseline: 50 * MB }, { rss: 151 * MB }, 'Memory limits exceeded: 105906176 bytes (limit is 100MB)'],
    [{ baseline: 300 * MB }, { rss: 400 * MB }, null],
    [{ baseline: 390 * MB }, { rss: 401 * MB }, 'host holds 401 MB, memoryTotal is 400 MB'],
    [{}, { rss: 900 * MB }, 'host holds 900 MB, memoryTotal is 400 MB'],
    [{}, { heapUsed: 90 * MB }, null],
    [{}, { heapUsed: 91 * MB }, 'its heap is nearly full: 91 MB of 100 MB'],
    [{ lateTicks: 2, lateness: 6_000 }, {}, null],
    [{ lateTicks: 3, lateness: 6_000 }, {}, 'its thread was late 3 times running, last by 6 s'],
  ] as const)
    t.equal(unhealthy({ ...NEW, ...self, last: { ...SAMPLE, ...changes } }, RULES), reason)
})

t.test('late ticks in a row are counted, net of its own wait for a processor', async t => {
  let self = NEW
  let waited = 0
  const look = (lateMs: number, waitMs: number) => {
    waited += waitMs
    self = lookAtSelf(self, { ...SAMPLE, waitMs: waited }, self.at + 3_000, lateMs, RULES)
    return [self.lateTicks, self.lateness]
  }
  t.strictSame(look(5_000, 0), [1, 5_000])
  t.strictSame(look(6_000, 1_000), [2, 5_000])
  t.strictSame(look(6_000, 1_001), [0, 4_999], 'it had to wait')
  t.strictSame(look(7_000, 0), [1, 7_000])
  t.strictSame(look(0, 500), [0, 0])
})

t.test('its baseline is the first look, and its CPU that since the look before', async t => {
  const first = lookAtSelf(NEW, { ...SAMPLE, rss: 70 * MB, threadMs: 30 }, 3_000, 0, RULES)
  t.match(first, { baseline: 70 * MB, cpu: 1, at: 3_000 })
  const next = lookAtSelf(first, { ...SAMPLE, rss: 90 * MB, threadMs: 90 }, 6_000, 0, RULES)
  t.match(next, { baseline: 70 * MB, cpu: 2, last: { rss: 90 * MB } })
  t.match(lookAtSelf(next, { ...SAMPLE, threadMs: 91 }, 6_000, 0, RULES), { cpu: 100 }, 'two looks at the same moment')
})

async function begun(changes: Partial<Policy> = {}): Promise<World> {
  const world = new World([childConfig('x', { policy: policy({ delay: 0, interval: 3_000 }) })], {
    policy: { ...RULES, ...changes },
  })
  void world.supervisor.start()
  await world.pass(100)
  return world
}

/** How often it has looked at itself: the kernel's kills are asked for with it. */
function looksOf(world: World): () => number {
  let looks = 0
  world.forensics.watchKernel = () => void looks++
  return () => looks
}

t.test('it is looked at once an interval, and the kernel’s kills with it', async t => {
  const world = await begun()
  const looks = looksOf(world)
  await world.pass(30_000)
  t.equal(looks(), 10)
})

t.test('at a wake-up that is itself too late it is looked at at once', async t => {
  const world = await begun({ interval: 60_000 })
  const looks = looksOf(world)
  await world.pass(9_000, 4_900)
  t.equal(looks(), 0, 'late by less than heartbeatLimit')
  await world.pass(9_000, 5_000)
  t.equal(looks(), 1)
})

t.test('unhealthy is told once, and again when it had recovered in between', async t => {
  const world = await begun()
  await world.pass(3_000)
  const hold = async (megabytes: number) => {
    world.self = { ...world.self, rss: megabytes * MB }
    await world.pass(9_000)
  }
  await hold(200)
  await hold(210)
  t.strictSame(
    world.events.filter(({ type }) => type === 'unhealthy').map(event => 'reason' in event && event.reason),
    ['Memory limits exceeded: 157286400 bytes (limit is 100MB)'],
  )
  await hold(60)
  await hold(200)
  t.strictSame(world.told('unhealthy', 'shutdown'), ['unhealthy', 'unhealthy'])
})

t.test('a gap: it computed, it waited for a processor, or time stood still', async t => {
  for (const [used, reason] of [
    [{ threadMs: 2_000 }, 'watcher-late'],
    [{ threadMs: 1_999 }, 'suspended'],
    [{ waitMs: 2_000 }, 'starved'],
    [{ waitMs: 1_999 }, 'suspended'],
    [{ threadMs: 2_000, waitMs: 2_000 }, 'watcher-late'],
    [{}, 'suspended'],
  ] as const) {
    const world = await begun({ heartbeatLimit: OFF })
    await world.pass(2_900)
    world.self = { ...world.self, ...used }
    await world.pass(7_000, 4_000)
    const defers = world.events.flatMap(event => (event.type === 'defer' ? [event.reason] : []))
    t.strictSame(defers, [reason], JSON.stringify(used))
  }
})

t.test('late by less than a second is no gap', async t => {
  const world = await begun()
  await world.pass(3_999, 999)
  t.strictSame(world.told('defer'), [])
  await world.pass(4_001, 1_000)
  t.strictSame(new Set(world.told('defer')), new Set(['defer x']))
})
