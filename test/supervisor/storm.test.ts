/** Many at once: who fails with others waits longer, and respawns and ladders have their turns. */
import fc from 'fast-check'
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import type { WatcherConfig } from '../../lib/wire/commands.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const MINUTE = 60_000

async function many(count: number, rules: Partial<Policy>, changes: Partial<WatcherConfig> = {}): Promise<World> {
  const own = policy({ heartbeatInterval: Number.POSITIVE_INFINITY, delay: 0, interval: 3_000, ...rules })
  const children = Array.from({ length: count }, (_, n) => childConfig(`x${n}`, { policy: own }))
  const world = new World(children, changes)
  void world.supervisor.start()
  await world.pass(3_500)
  makeMortal(world)
  return world
}

/** Those that live now end by SIGTERM. */
function makeMortal(world: World): void {
  for (const [name, process] of world.processes)
    process.onSignal = signal => signal === 'SIGTERM' && world.ended(name, null, signal)
}

const backoffs = (world: World) =>
  world.events.flatMap(event =>
    event.type === 'backoff' ? [`${event.child} ${event.delay}${event.queued ? ' queued' : ''}`] : [],
  )
const times = (world: World, type: string) => world.events.flatMap(event => (event.type === type ? [event.at] : []))
const most = (at: readonly number[]) =>
  Math.max(0, ...at.map(from => at.filter(one => one >= from && one < from + MINUTE).length))
const forgetTold = (world: World) => world.events.splice(0)

t.test('one that fails alone waits exactly as the rule says, whatever chance says', async t => {
  const world = await many(2, {})
  world.chance = 0.99
  world.ended('x0', 1)
  await world.pass(10_000)
  world.ended('x0', 1)
  await world.pass(5_000)
  t.strictSame(backoffs(world), ['x0 2000', 'x0 4000'])
})

t.test('who fails with others waits up to half as long again, and is started when it was told', async t => {
  const world = await many(3, {})
  world.chance = 0.5
  for (const name of ['x0', 'x1', 'x2']) world.ended(name, 1)
  t.strictSame(backoffs(world), ['x0 2000', 'x1 2500', 'x2 2500'])
  forgetTold(world)
  await world.pass(2_499)
  t.strictSame(world.told('spawn'), ['spawn x0'])
  await world.pass(1)
  t.strictSame(world.told('spawn'), ['spawn x0', 'spawn x1', 'spawn x2'])
  await world.pass(5_001)
  world.ended('x1', 1)
  t.strictSame(backoffs(world), ['x1 4000'], 'alone again')
})

t.test('a life that did not fail is nobody’s company, and its spacing stays as it is', async t => {
  const world = await many(2, { restart: 'always' })
  world.chance = 0.9
  world.ended('x0', 0)
  world.ended('x1', 1)
  t.strictSame(backoffs(world), ['x1 2000'])
  await world.pass(100)
  world.ended('x0', 0)
  t.strictSame(backoffs(world), ['x1 2000', 'x0 900'])
})

t.test('respawns beyond the bound wait for their turns, in order, and each is told once', async t => {
  const world = await many(5, { respawnLimit: 9 }, { respawnsPerMinute: 2 })
  for (const name of ['x4', 'x3', 'x2', 'x1', 'x0']) world.ended(name, 1)
  const begun = world.now
  forgetTold(world)
  await world.pass(2_000)
  t.equal(world.told('spawn').length, 2)
  t.strictSame(
    backoffs(world).map(line => line.replace(/^x\d/, 'x')),
    ['x 60000 queued', 'x 60000 queued', 'x 120000 queued'],
  )
  const queued = world.events.filter(event => event.type === 'backoff')
  t.match(queued[0]?.message, /is queued, for respawnsPerMinute is reached: next start in 60 s/)
  await world.pass(3 * MINUTE)
  t.strictSame(
    times(world, 'spawn').map(at => at - begun),
    [2_000, 2_000, 62_000, 62_000, 122_000],
  )
  t.equal(backoffs(world).length, 3)
})

t.test('a life that did not fail is respawned within the same bound', async t => {
  const world = await many(3, { restart: 'always' }, { respawnsPerMinute: 2 })
  for (const name of ['x0', 'x1', 'x2']) world.ended(name, 0)
  forgetTold(world)
  await world.pass(0)
  t.strictSame(world.told('spawn', 'backoff').sort(), ['backoff x2', 'spawn x0', 'spawn x1'])
})

t.test(
  'first starts, add, restart and stop never wait, nor do they count; who is taken out gives up its place',
  async t => {
    const world = await many(4, { respawnLimit: 9 }, { respawnsPerMinute: 1 })
    for (const name of ['x0', 'x1', 'x2', 'x3']) world.ended(name, 1)
    await world.pass(2_000)
    forgetTold(world)
    const settled = Promise.all([
      world.supervisor.add(childConfig('new')),
      world.supervisor.restart('x1'),
      world.supervisor.remove('x2'),
    ])
    await world.pass(1)
    t.match(await settled, [{ ok: true }, { ok: true }, { ok: true }])
    t.strictSame(world.told('spawn'), ['spawn new', 'spawn x1'])
    forgetTold(world)
    await world.pass(MINUTE)
    t.strictSame(world.told('spawn'), ['spawn x3'], 'the next in the queue, after a minute')
  },
)

t.test('whoever fails over and over, there are never more respawns within a minute than that', async t => {
  const world = await many(
    20,
    { respawnLimit: Number.POSITIVE_INFINITY, respawnMaxDelay: 1_000 },
    { respawnsPerMinute: 7 },
  )
  forgetTold(world)
  for (let second = 0; second < 600; second++) {
    const reply = world.supervisor.status()
    const rows = reply.ok ? reply.value : []
    for (const { name, phase } of rows) if (phase === 'up' && name !== 'watcher') world.ended(name, 1)
    await world.pass(1_000)
  }
  t.equal(most(times(world, 'spawn')), 7)
  t.equal(new Set(world.told('spawn').slice(0, 21)).size, 20, 'and nobody is passed over')
})

const misfortune = fc.record({
  ms: fc.nat(20_000),
  child: fc.integer({ min: 0, max: 5 }),
  what: fc.constantFrom('fails', 'fails', 'ends', 'leaks', 'leaks', 'hoards', 'recovers', 'restart'),
} as const)

t.test('whatever happens to whom: the bounds hold, and nobody lives twice', async t => {
  const rules = {
    memoryTotal: 100 * MB,
    hardTotal: 200 * MB,
    // Memory is looked at about once an interval: looks are most of the work, and the bounds do not depend on them.
    memoryGrowth: 1,
    respawnLimit: Number.POSITIVE_INFINITY,
    restart: 'always',
  } as const
  await fc.assert(
    fc.asyncProperty(fc.array(misfortune, { maxLength: 60 }), async misfortunes => {
      const world = await many(6, rules, { respawnsPerMinute: 3, killsPerMinute: 2 })
      const restarted: number[] = []
      forgetTold(world)
      for (const { ms, child, what } of misfortunes) {
        makeMortal(world)
        const name = `x${child}`
        const { sample } = world.process(name)
        if (what === 'leaks') sample.rss = 110 * MB
        if (what === 'hoards') sample.rss = 210 * MB
        if (what === 'recovers') sample.rss = 50 * MB
        if (what === 'restart') {
          restarted.push(world.now)
          void world.supervisor.restart(name)
        }
        if ((what === 'fails' || what === 'ends') && phaseOf(world, name) === 'up')
          world.ended(name, what === 'ends' ? 0 : 1)
        await world.pass(ms)
      }
      const spawns = times(world, 'spawn').filter(at => !restarted.includes(at))
      const soft = world.events.flatMap(event =>
        event.type === 'limit' && event.limitName !== 'memoryHard' ? [event.at] : [],
      )
      const livesOf = (child: number) =>
        world.events.filter(
          event => 'child' in event && event.child === `x${child}` && /^(spawn|exit)$/.test(event.type),
        )
      const twice = [0, 1, 2, 3, 4, 5].some(child =>
        livesOf(child).some((event, n, all) => event.type === all[n + 1]?.type),
      )
      return most(spawns) <= 3 && most(soft) <= 2 && !twice
    }),
    { numRuns: 200 },
  )
  t.pass('200 random storms')
})

function phaseOf(world: World, name: string) {
  const reply = world.supervisor.status()
  return reply.ok ? reply.value.find(row => row.name === name)?.phase : undefined
}

t.test('ladders beyond the bound wait for their turns, and no look is made for them alone', async t => {
  const world = await many(3, { memory: 100 * MB, restart: 'never' }, { killsPerMinute: 1 })
  for (const name of ['x0', 'x1', 'x2']) world.process(name).sample.rss = 160 * MB
  forgetTold(world)
  await world.pass(10_000)
  t.strictSame(world.told('limit', 'defer').sort(), ['defer x1', 'defer x2', 'limit x0'])
  t.match(
    world.events.find(event => event.type === 'defer'),
    { reason: 'queued', message: /has broken a limit, and its ladder is queued, for killsPerMinute is reached/ },
  )
  const looks = world.memoryLooks.length
  await world.pass(40_000)
  t.equal(world.memoryLooks.length, looks)
  await world.pass(2 * MINUTE)
  t.strictSame(world.told('limit'), ['limit x0', 'limit x1', 'limit x2'])
  t.equal(most(times(world, 'limit')), 1)
  t.equal(world.told('defer').length, 2, 'told once')
})

t.test(
  'one of several processes keeps its place while its memory is read, which is not more often than once a window',
  async t => {
    const world = await many(3, { memoryTotal: 100 * MB, memory: 1e12, restart: 'never' }, { killsPerMinute: 1 })
    for (const name of ['x0', 'x1', 'x2']) world.process(name).sample.rss = 110 * MB
    world.process('x1').descendants.set(900, 'in the group')
    world.process('x1').sample.processes = 2
    let readings = 0
    for (let second = 0; second < 130; second++) {
      await world.pass(1_000)
      readings += world.readings.length
      for (const { answer } of world.readings.splice(0)) answer(105 * MB)
    }
    t.strictSame(world.told('limit').sort(), ['limit x0', 'limit x1', 'limit x2'])
    t.equal(most(times(world, 'limit')), 1)
    t.equal(world.told('defer').length, 2, 'each told once')
    t.ok(readings <= 45, `${readings} readings`)
  },
)

t.test('who has recovered or ended gives up its place', async t => {
  const world = await many(4, { memory: 100 * MB, restart: 'never' }, { killsPerMinute: 1 })
  for (const name of ['x0', 'x1', 'x2', 'x3']) world.process(name).sample.rss = 160 * MB
  await world.pass(10_000)
  world.process('x1').sample.rss = 50 * MB
  world.ended('x2', 0)
  await world.pass(MINUTE)
  t.strictSame(world.told('limit'), ['limit x0', 'limit x3'])
})

t.test('memoryHard does not wait, and counts', async t => {
  const world = await many(3, { memoryTotal: 100 * MB, memory: 1e12, hardTotal: 200 * MB }, { killsPerMinute: 1 })
  world.process('x0').sample.rss = 110 * MB
  world.process('x1').sample.rss = 110 * MB
  await world.pass(10_000)
  t.strictSame(world.told('limit'), ['limit x0'])
  world.process('x1').sample.rss = 210 * MB
  world.process('x2').sample.rss = 210 * MB
  await world.pass(200)
  t.strictSame(
    world
      .told('limit', 'kill')
      .filter(line => !line.endsWith('x0'))
      .sort(),
    ['kill x1', 'kill x2', 'limit x1', 'limit x2'],
  )
})

t.test('a stop ends one that is queued at once', async t => {
  const world = await many(2, { memory: 100 * MB }, { killsPerMinute: 1 })
  for (const name of ['x0', 'x1']) world.process(name).sample.rss = 160 * MB
  await world.pass(10_000)
  const removed = world.supervisor.remove('x1')
  await world.pass(0)
  t.match(await removed, { ok: true })
})
