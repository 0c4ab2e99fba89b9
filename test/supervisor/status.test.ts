/** What `status()` and `sample` events show, the watcher's own row included. */
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import type { StatusRow } from '../../lib/wire/commands.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const RULES = policy({
  ...{ memory: OFF, memoryTotal: OFF, hardTotal: OFF, hardFootprint: OFF, memoryGrowth: 1_000 * MB },
  ...{ delay: 0, interval: 3_000, heartbeatInterval: 1_000, heartbeatLimit: 30_000, cores: 4 },
})

async function begun(changes: Partial<Policy> = {}): Promise<World> {
  const world = new World([childConfig('x', { policy: { ...RULES, ...changes } })], { policy: RULES })
  void world.supervisor.start()
  await world.pass(0)
  return world
}

function row(world: World, name = 'x'): StatusRow {
  const reply = world.supervisor.status()
  const found = reply.ok && reply.value.find(one => one.name === name)
  if (!found) throw new Error(`no row of ${name}`)
  return found
}

const samples = (world: World) => world.events.flatMap(event => (event.type === 'sample' ? [event] : []))

t.test('the watcher’s own row: its thread’s CPU, its host’s memory, by how much it was late', async t => {
  const world = await begun()
  t.match(row(world, 'watcher'), {
    ...{ kind: 'watcher', phase: 'up', pid: process.pid, life: 1, streak: 0, uptime: 0, tree: [], limits: RULES },
    ...{ cpu: 0, utilization: 0, cpuMs: 0, rss: 50 * MB, footprint: null, lateness: 0 },
  })
  await world.pass(3_000)
  world.self = { ...world.self, threadMs: 301.4, waitMs: 0, rss: 70 * MB }
  await world.pass(3_000)
  t.match(row(world, 'watcher'), {
    ...{ cpu: 10, utilization: 2.5, cpuMs: 301, rss: 70 * MB, footprint: 20 * MB, uptime: 6_000, lateness: 0 },
    ...{ growth: null, timeLeft: null, overshoot: null, proportional: null, recent: null },
  })
  world.self = { ...world.self, rss: 30 * MB }
  await world.pass(4_000, 500.4)
  t.match(row(world, 'watcher'), { rss: 30 * MB, footprint: 0, lateness: 500 }, 'smaller than at first is not grown')
})

t.test('the thread’s own wait for a processor is no lateness', async t => {
  const world = await begun()
  await world.pass(3_000)
  world.self = { ...world.self, waitMs: 400 }
  await world.pass(4_000, 500)
  t.equal(row(world, 'watcher').lateness, 100)
})

t.test('the watcher stops: its row says so', async t => {
  const world = await begun()
  void world.supervisor.stop()
  t.match(row(world, 'watcher'), { phase: 'terminating' })
})

t.test('a child’s row, from before it is there until after it has ended', async t => {
  const world = new World([childConfig('x', { policy: RULES })])
  const unmeasured = {
    ...{ cpu: null, utilization: null, cpuMs: null, rss: null, footprint: null, proportional: null },
    ...{ growth: null, timeLeft: null, overshoot: null, lateness: null, recent: null, tree: [] },
  }
  t.match(row(world), { phase: 'down', pid: null, life: 0, uptime: null, ...unmeasured })
  void world.supervisor.start()
  await world.pass(0)
  t.match(row(world), {
    ...{ name: 'x', kind: 'extension', phase: 'up', pid: 100, life: 1, streak: 0, uptime: 0, limits: RULES },
    ...{ cpu: null, utilization: null, cpuMs: 0, rss: 50 * MB, footprint: null, lateness: null },
  })
  const { sample } = world.process('x')
  Object.assign(sample, { cpuMs: 750, rss: 80 * MB })
  await world.pass(3_000)
  t.match(row(world), { cpu: 25, utilization: 6.3, cpuMs: 750, rss: 80 * MB, footprint: 0, uptime: 3_000 })
  sample.rss = 95 * MB
  await world.pass(3_000)
  t.match(row(world), {
    cpu: 0,
    footprint: 15 * MB,
    recent: { rss: [50, 80, 95].map(size => size * MB), cpu: [25, 0] },
  })
  world.ended('x', 1)
  t.match(row(world), { phase: 'waiting', pid: null, life: 1, streak: 1, uptime: null, ...unmeasured })
})

t.test('lateness is that of the speaker that is latest', async t => {
  const world = await begun()
  world.greet('x')
  t.equal(row(world).lateness, 0)
  await world.pass(3_500)
  t.equal(row(world).lateness, 2_000, 'pinged at 1 s, looked at at 3 s')
})

t.test('samples go out once a window, to a listener only', async t => {
  const world = await begun()
  await world.pass(9_000)
  t.strictSame(samples(world), [], 'nobody listens')
  t.strictSame(world.supervisor.sampling(true), { ok: true, value: null })
  Object.assign(world.process('x').sample, { cpuMs: 600, rss: 60 * MB, processes: 2 })
  await world.pass(6_000)
  t.match(samples(world), [
    {
      ...{ child: 'x', pid: 100, life: 1, at: 12_000, cpu: 20, utilization: 5, cpuMs: 600, rss: 60 * MB },
      ...{ processes: 2, footprint: 10 * MB, growth: 0, timeLeft: null, lateness: null },
    },
    { at: 15_000, cpu: 0 },
  ])
  world.supervisor.sampling(false)
  await world.pass(9_000)
  t.equal(samples(world).length, 2)
})

t.test('a sample is of a closed window: none at the first look, nor with windows off', async t => {
  const world = await begun()
  world.supervisor.sampling(true)
  world.ended('x', 1)
  await world.pass(2_500)
  t.strictSame(world.told('spawn'), ['spawn x', 'spawn x'])
  t.strictSame(samples(world), [])
  await world.pass(3_000)
  t.match(samples(world), [{ life: 2 }])
  t.strictSame(world.told('fault'), [])
  const windowless = await begun({ interval: OFF })
  windowless.supervisor.sampling(true)
  await windowless.pass(30_000)
  t.strictSame(windowless.told('sample', 'fault'), [])
})

t.test('before delay is over only memoryHard is promised', async t => {
  for (const [limits, young, old] of [
    [{ memoryTotal: 250 * MB }, null, 20 * MB],
    [{ memoryTotal: 250 * MB, hardTotal: 500 * MB }, 20 * MB, 20 * MB],
    [{ hardTotal: 500 * MB }, 20 * MB, 20 * MB],
    [{ memoryTotal: 250 * MB, judged: false }, null, null],
    [{ memory: 100 * MB }, null, 20 * MB],
    [{}, null, null],
  ] as const) {
    const world = await begun({ ...limits, delay: 10_000 })
    await world.pass(9_500)
    t.equal(row(world).overshoot, young, `young ${JSON.stringify(limits)}`)
    await world.pass(1_000)
    t.equal(row(world).overshoot, old, `old ${JSON.stringify(limits)}`)
  }
})
