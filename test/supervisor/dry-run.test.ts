/** The same misfortunes, once with limits enforced and once in a dry run: all is judged alike, and only then does it differ. */
import t from 'tap'
import type { Policy } from '../../lib/core/model.js'
import type { WatcherConfig } from '../../lib/wire/commands.js'
import { policy } from '../core/script.js'
import { childConfig, type Process, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const RULES = policy({
  ...{ memory: OFF, memoryTotal: 100 * MB, hardTotal: 200 * MB, hardFootprint: OFF, memoryGrowth: 1_000 * MB },
  ...{ utilization: OFF, heartbeatInterval: OFF, heartbeatLimit: OFF, delay: 0, interval: 3_000, restart: 'always' },
})

interface Case {
  readonly changes?: Partial<Policy>
  /** At each second, from the fourth on. */
  readonly act: (process: Process, second: number, world: World) => void
  readonly enforced: readonly string[]
  readonly dry: readonly string[]
}

const CASES: Readonly<Record<string, Case>> = {
  'a leak': {
    act: ({ sample }) => {
      sample.rss = 150 * MB
    },
    enforced: ['limit memoryTotal', 'warn', 'SIGTERM', 'exit limit', 'backoff', 'spawn'],
    dry: ['limit memoryTotal (dry run)'],
  },
  'a leak that passes memoryHard': {
    act: ({ sample }, second) => {
      sample.rss = (second < 6 ? 150 : 250) * MB
    },
    changes: { warnDelay: 60_000 },
    enforced: ['limit memoryTotal', 'warn', 'limit memoryHard', 'SIGKILL', 'exit limit', 'backoff', 'spawn'],
    dry: ['limit memoryTotal (dry run)', 'limit memoryHard (dry run)'],
  },
  'a busy loop': {
    act: ({ sample }) => {
      sample.cpuMs += 1_000
    },
    changes: { utilization: 10, latency: 6_000 },
    enforced: ['limit latency', 'warn', 'SIGTERM', 'exit limit', 'backoff', 'spawn'],
    dry: ['limit latency (dry run)'],
  },
  silence: {
    act: (_, second, world) => {
      if (second === 4) world.greet('x')
    },
    changes: { heartbeatInterval: 1_000, heartbeatLimit: 5_000 },
    enforced: ['limit heartbeatLimit', 'warn', 'SIGTERM', 'exit limit', 'backoff', 'spawn'],
    dry: ['limit heartbeatLimit (dry run)'],
  },
  'a leak that is asked to end': {
    act: ({ sample }, second, world) => {
      if (second === 4) void world.supervisor.remove('x')
      sample.rss = 150 * MB
    },
    enforced: ['SIGTERM', 'exit requested'],
    dry: ['SIGTERM', 'exit requested'],
  },
}

/** What follows in 15 s, until the next run begins. */
async function story({ changes = {}, act }: Case, enforce: boolean): Promise<string[]> {
  const world = new World([childConfig('x', { policy: { ...RULES, ...changes, enforce } })])
  void world.supervisor.start()
  await world.pass(3_500)
  const process = world.process('x')
  process.onSignal = signal => /SIG(TERM|KILL)/.test(signal) && world.ended('x', null, signal)
  for (let second = 4; second < 19 && world.told('spawn').length < 2; second++) {
    act(process, second, world)
    await world.pass(1_000)
  }
  const told = world.events.flatMap(event => {
    if (event.type === 'limit') return [`limit ${event.limitName}${event.enforced ? '' : ' (dry run)'}`]
    if (event.type === 'terminate') return ['SIGTERM']
    if (event.type === 'kill') return ['SIGKILL']
    return event.type === 'exit' ? [`exit ${event.cause}`] : [event.type]
  })
  return told.slice(1).filter(line => !/ready/.test(line))
}

/** In the fake world a process ends inside of the call that signals it, before that is told. */
const inOrder = (lines: readonly string[]) => [...lines].sort()

for (const [name, one] of Object.entries(CASES)) {
  t.test(`${name}: enforced`, async t => {
    t.strictSame(inOrder(await story(one, true)), inOrder(one.enforced))
  })
  t.test(`${name}: in a dry run`, async t => {
    t.strictSame(inOrder(await story(one, false)), inOrder(one.dry))
  })
}

t.test('a dry run takes no turns of killsPerMinute, and nothing is queued', async t => {
  const outcome = async (enforce: boolean, changes: Partial<WatcherConfig>) => {
    const children = ['a', 'b', 'c'].map(name => childConfig(name, { policy: { ...RULES, enforce } }))
    const world = new World(children, changes)
    void world.supervisor.start()
    await world.pass(3_500)
    for (const process of world.processes.values()) process.sample.rss = 150 * MB
    await world.pass(1_000)
    return world.told('limit', 'defer').sort()
  }
  t.strictSame(await outcome(true, { killsPerMinute: 1 }), ['defer b', 'defer c', 'limit a'])
  t.strictSame(await outcome(false, { killsPerMinute: 1 }), ['limit a', 'limit b', 'limit c'])
})

t.test('a crash in a dry run has a story of its own, without a verdict', async t => {
  const incidents = {
    ...{ dir: '/incidents', maxBytes: MB, maxFiles: 10, maxAge: 1e9, cooldown: 60_000, budget: 500, heapSnapshot: 0 },
  }
  const world = new World([childConfig('x', { policy: { ...RULES, enforce: false } })], { incidents })
  void world.supervisor.start()
  await world.pass(3_500)
  world.process('x').sample.rss = 150 * MB
  await world.pass(3_000)
  world.ended('x', 3)
  await world.pass(1_000)
  t.match(world.told('limit', 'exit', 'incident'), ['limit x', 'exit x', 'incident x'])
  t.match(world.incidents, [{ verdict: null, exit: { cause: 'crashed', code: 3 } }])
})
