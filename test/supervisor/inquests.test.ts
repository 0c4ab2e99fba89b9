import t from 'tap'
import { replayLimits } from '../../lib/core/replay.js'
import type { IncidentsConfig } from '../../lib/wire/commands.js'
import type { NodeEvidence } from '../../lib/wire/evidence.js'
import { policy } from '../core/script.js'
import { childConfig, settled, World } from './fakes.js'

const MB = 1024 * 1024
const incidents: IncidentsConfig = {
  ...{ dir: '/incidents', maxBytes: MB, maxFiles: 10, maxAge: 1e9, cooldown: 60_000, budget: 500, heapSnapshot: 0 },
}
const limits = { delay: 0, interval: 3_000, memory: 200 * MB, hardFootprint: 400 * MB, warnDelay: 0 }
const rules = policy(limits)
const FOUND = { processes: [], commands: new Map([[100, 'x --token secret-1']]), notes: [] }
const TESTIMONY: NodeEvidence = {
  ...{
    pid: 100,
    at: 1,
    trigger: 'asked',
    profile: null,
    allocations: null,
    heap: null,
    report: null,
    snapshot: null,
    error: null,
    notes: [],
  },
  stack: [{ function: 'inner', file: '/app/x.js', line: 7, column: 3 }],
}

interface Setup {
  readonly changes?: Partial<typeof rules>
  readonly witnesses?: boolean | 'late'
  readonly off?: boolean
}

async function begun({ changes = {}, witnesses = false, off = false }: Setup = {}): Promise<World> {
  const world = new World([childConfig('x', { policy: { ...rules, ...changes } })], {
    incidents: off ? null : incidents,
  })
  world.witnesses = witnesses
  void world.supervisor.start()
  await world.pass(3_100)
  return world
}

/** Over its limit, and dead of SIGTERM. */
async function leak(world: World, size = 300 * MB): Promise<void> {
  const process = world.process('x')
  process.sample.rss = size
  process.onSignal = signal => signal === 'SIGTERM' && world.ended('x', null, 'SIGTERM')
  await world.pass(3_000)
}

const incidentEvents = (world: World) => world.events.flatMap(event => (event.type === 'incident' ? [event] : []))

t.test('a limit ended a life: it is looked into before SIGTERM, and the whole story is kept', async t => {
  const world = await begun({ changes: { warnDelay: 1_000 } })
  const process = world.process('x')
  process.sample.rss = 300 * MB
  process.onSignal = signal => signal === 'SIGTERM' && world.ended('x', null, 'SIGTERM')
  await world.pass(100)
  t.match(world.examinations, [{ pids: [100], withinMs: 500 }], 'in the time that the warning has anyway')
  world.examinations[0]?.answer(FOUND)
  t.notOk(world.log.includes('SIGTERM to x'), 'what was found in time does not shorten warnDelay')
  await world.pass(2_000)
  const [incident] = world.incidents
  t.match(incident, {
    format: 'osqwatch-incident',
    child: { name: 'x', pid: 100, life: 1, streak: 1 },
    verdict: { verdict: 'memory', limitName: 'memory', value: 250 * MB, limit: 200 * MB, baseline: 50 * MB },
    exit: { signal: 'SIGTERM', cause: 'limit' },
    next: { type: 'respawn' },
    limits: { values: { memory: 200 * MB, memoryTotal: null }, level: 'app' },
    tree: [{ pid: 100, command: 'x --token ***' }],
  })
  t.strictSame(
    incident?.ladder.map(({ rung }) => rung),
    ['limit', 'warn', 'exit', 'terminate'],
    'in the order of this fake world, where SIGTERM ends it before it is told',
  )
  t.match(incident?.account, /^The extension x \(pid 100, life 1\) was ended after .* for breaking memory/)
  t.match(incident?.account, /held 300 MB, 250 MB more than the 50 MB at its start, where 200 MB are allowed/)
  t.match(incidentEvents(world), [
    { path: '/incidents/1.json', error: null, verdict: 'memory', cause: 'limit', life: 1 },
  ])
  t.match(incidentEvents(world)[0]?.account, incident?.account)
})

t.test('the next life is told where the story is', async t => {
  const world = await begun()
  await leak(world)
  await world.pass(5_000)
  t.strictSame(world.extras, [
    ['x', {}],
    ['x', { OSQWATCH_LAST_INCIDENT: '/incidents/1.json' }],
  ])
})

t.test('SIGTERM waits for a witness, until all have answered', async t => {
  const world = await begun({ witnesses: true })
  world.forensics.testimony = async prefix => (prefix === '/evidence/x' ? [TESTIMONY] : [])
  world.process('x').sample.rss = 300 * MB
  await world.pass(3_000)
  const before = () => world.log.filter(line => line.startsWith('SIGTERM')).length
  t.equal(world.log.filter(line => line === 'examine x for 200 ms: stack,heap,profile,allocations,report').length, 1)
  const [examination] = world.examinations
  t.ok(examination)
  examination?.answer(FOUND)
  t.equal(before(), world.now - (world.events.find(({ type }) => type === 'limit')?.at ?? 0) >= 500 ? 1 : 0)
  world.process('x').events.heard({ type: 'testified', pid: 100 })
  await world.pass(1)
  t.equal(before(), 1, 'at once')
  world.ended('x', null, 'SIGTERM')
  await settled()
  t.match(world.incidents[0]?.account, 'Its main thread was in inner (/app/x.js:7).')
})

t.test('a witness that is not there yet is not waited for, and it is said', async t => {
  const world = await begun({ witnesses: 'late' })
  world.process('x').sample.rss = 300 * MB
  await world.pass(3_000)
  world.examinations[0]?.answer(FOUND)
  await world.pass(1)
  t.ok(world.log.includes('SIGTERM to x'))
  world.ended('x', null, 'SIGTERM')
  await settled()
  t.match(world.incidents[0]?.evidence, { node: [], notes: [/^no witness could be asked/] })
})

t.test('nobody answers: SIGTERM comes when the budget is spent, and no later', async t => {
  const world = await begun({ witnesses: true })
  world.process('x').sample.rss = 300 * MB
  await world.pass(10_000)
  const [limit] = world.events.filter(({ type }) => type === 'limit')
  const [terminate] = world.events.filter(({ type }) => type === 'terminate')
  t.match(limit?.type === 'limit' && limit.message, /SIGTERM when its evidence is taken, in 500 ms at most/)
  t.equal((terminate?.at ?? 0) - (limit?.at ?? 0), 500)
})

t.test('a quick leak is not given the time to grow by more than a part of its limit', async t => {
  const waited = async (perLook: number) => {
    const world = await begun({ witnesses: true })
    const { sample } = world.process('x')
    while (world.told('limit').length === 0) {
      sample.rss += perLook
      await world.pass(20)
    }
    await world.pass(10_000)
    const at = (type: string) => world.events.find(event => event.type === type)?.at ?? 0
    const [asked = ''] = world.log.filter(line => line.startsWith('examine'))
    return { ms: at('terminate') - at('limit'), asked }
  }
  const slow = await waited(MB / 50)
  t.equal(slow.ms, 500, '1 MB a second: all of the budget')
  t.match(slow.asked, 'x for 200 ms')
  const quick = await waited(4 * MB)
  t.ok(quick.ms > 0 && quick.ms < 40, `200 MB a second: 4 MB are 20 ms, and it waited ${quick.ms}`)
  t.match(quick.asked, `x for ${Math.round(0.4 * quick.ms)} ms`, 'a profile that is over by then')
})

t.test('warnDelay is not made longer by evidence that takes less', async t => {
  const world = await begun({ witnesses: true, changes: { warnDelay: 2_000 } })
  world.process('x').sample.rss = 300 * MB
  await world.pass(10_000)
  const at = (type: string) => world.events.find(event => event.type === type)?.at ?? 0
  t.equal(at('terminate') - at('limit'), 2_000)
})

t.test('within the cooldown the next one is not looked into, and its story is kept all the same', async t => {
  const world = await begun({ witnesses: true })
  await leak(world)
  await world.pass(6_000)
  await leak(world)
  await world.pass(3_000)
  t.equal(world.examinations.length, 1)
  t.equal(world.incidents.length, 2)
  const times = world.events.filter(({ type }) => type === 'limit' || type === 'terminate' || type === 'exit')
  t.equal((times.at(-1)?.at ?? 0) - (times.at(-3)?.at ?? Infinity), 0, 'SIGTERM at once')
})

t.test('past memoryHard there is no time for questions', async t => {
  const world = await begun({ witnesses: true })
  const process = world.process('x')
  process.sample.rss = 900 * MB
  process.onSignal = signal => signal === 'SIGKILL' && world.ended('x', null, 'SIGKILL')
  await world.pass(3_000)
  t.strictSame(world.examinations, [])
  t.match(world.incidents, [{ verdict: { hard: true }, exit: { signal: 'SIGKILL', cause: 'limit' } }])
})

t.test(
  'past memoryHard during its ladder: that is the verdict then, and what was found before is not lost',
  async t => {
    const world = await begun({ changes: { warnDelay: 2_000 } })
    const process = world.process('x')
    process.sample.rss = 300 * MB
    process.onSignal = signal => signal === 'SIGKILL' && world.ended('x', null, 'SIGKILL')
    await world.pass(100)
    process.sample.rss = 900 * MB
    world.examinations[0]?.answer(FOUND)
    await world.pass(1_000)
    t.match(world.incidents, [
      { verdict: { hard: true, limitName: 'memoryHard' }, tree: [{ command: 'x --token ***' }] },
    ])
    t.equal(world.examinations.length, 1)
  },
)

t.test('a restart during the ladder begins the next life at once: the words of the last one are not lost', async t => {
  const world = await begun({ changes: { warnDelay: 2_000 } })
  world.forensics.lastWords = (_, life) => (world.extras.length === life ? { text: 'why', truncated: false } : null)
  world.process('x').sample.rss = 300 * MB
  await world.pass(100)
  world.process('x').onSignal = signal => signal === 'SIGTERM' && world.ended('x', null, 'SIGTERM')
  void world.supervisor.restart('x')
  await world.pass(100)
  t.equal(world.extras.length, 2, 'another life has begun')
  t.match(world.incidents, [{ child: { life: 1 }, exit: { cause: 'limit' }, stderr: { text: 'why' } }])
})

t.test('a life that fails has its story, one that was to end has none', async t => {
  const world = await begun()
  world.process('x').events.heard({ type: 'activity', pid: 100, text: 'job 42 token=hidden' })
  world.ended('x', 3)
  await world.pass(1_000)
  t.match(world.incidents, [
    {
      verdict: null,
      exit: { code: 3, cause: 'crashed' },
      child: { activity: { text: 'job 42 token=***' } },
      next: { type: 'respawn' },
    },
  ])
  await world.pass(5_000)
  world.ended('x', 3)
  await world.pass(1_000)
  t.equal(world.incidents[1]?.child.activity, null, 'what the life before did is not its doing')
  await world.pass(10_000)
  world.process('x').onSignal = signal => signal === 'SIGTERM' && world.ended('x', 0)
  void world.supervisor.stop()
  await world.pass(1_000)
  t.equal(world.incidents.length, 2)
})

t.test('whoever is given up has a story that says so', async t => {
  const world = await begun({ changes: { respawnLimit: 0 } })
  world.ended('x', 1)
  await world.pass(1_000)
  t.match(world.incidents, [{ next: { type: 'giveup', reason: 'too many failed lives in a row' } }])
  t.match(world.incidents[0]?.account, /It is given up: too many failed lives in a row\.$/)
  t.equal(incidentEvents(world).length, 1)
})

const ENDS = [
  [
    'a witness saw the heap run out',
    'heap',
    (world: World) => world.process('x').events.heard({ type: 'exhausted', pid: 100 }),
    'SIGABRT',
  ],
  [
    'its stderr said so',
    'heap',
    (world: World) => Object.assign(world.forensics, { lastWords: () => ({ text: 'out of heap', truncated: false }) }),
    'SIGTRAP',
  ],
  [
    'the kernel counts a kill',
    'oom',
    (world: World) => Object.assign(world.forensics, { kernelKilled: () => true }),
    'SIGKILL',
  ],
  ['a stranger did it', 'signal', () => {}, 'SIGKILL'],
  ['it crashed', 'crashed', () => {}, 'SIGSEGV'],
] as const

for (const [name, cause, act, signal] of ENDS) {
  for (const off of [false, true]) {
    t.test(`${name}: the exit says ${cause}${off ? ', also where no incidents are kept' : ''}`, async t => {
      const world = await begun({ off })
      act(world)
      world.ended('x', null, signal)
      await world.pass(1_000)
      t.match(
        world.events.filter(({ type }) => type === 'exit'),
        [{ cause }],
      )
      t.strictSame(
        world.incidents.map(({ exit }) => exit.cause),
        off ? [] : [cause],
      )
      t.equal(incidentEvents(world).length, off ? 0 : 1)
    })
  }
}

t.test('in shadow mode nobody is questioned, and only real deaths have a story', async t => {
  const world = await begun({ witnesses: true, changes: { enforce: false } })
  world.process('x').sample.rss = 300 * MB
  await world.pass(6_000)
  t.strictSame([world.told('limit'), world.examinations, world.incidents], [['limit x'], [], []])
})

t.test('a folder that cannot be written to costs a line in the event', async t => {
  const world = await begun()
  world.forensics.keep = async () => ({ error: 'ENOSPC' })
  await leak(world)
  await world.pass(6_000)
  t.match(incidentEvents(world), [{ path: null, error: 'ENOSPC' }])
  t.strictSame(world.extras.at(-1), ['x', {}])
})

t.test('the end of the watcher waits for what is being written', async t => {
  const world = await begun()
  let kept = () => {}
  world.forensics.keep = () =>
    new Promise(resolve => {
      kept = () => resolve({ path: '/late.json' })
    })
  world.ended('x', 1)
  await settled()
  let stopped = false
  void world.supervisor.stop().then(() => {
    stopped = true
  })
  await world.pass(1_000)
  t.equal(stopped, false)
  kept()
  await world.pass(1)
  t.equal(stopped, true)
  t.ok(world.log.indexOf('incident x') < world.log.indexOf('shutdown'), 'and what it tells comes before')
})

t.test(
  'replayed with its own limits, an incident comes to the same verdict; with others, to what they say',
  async t => {
    const world = await begun()
    for (const rss of [100, 150, 200, 240]) {
      world.process('x').sample.rss = rss * MB
      await world.pass(3_000)
    }
    await leak(world, 260 * MB)
    const [incident] = world.incidents
    if (incident === undefined) throw new Error('no incident')
    const { replay } = incident
    t.match(replayLimits(replay), { verdict: 'memory', value: 210 * MB })
    t.match(replayLimits({ ...replay, limits: { ...replay.limits, memory: 400 * MB } }), { verdict: null })
  },
)
