/** The record of an incident: what it holds of the child, of its end and of what was found, secrets masked. */
import t from 'tap'
import type { ChildConfig, IncidentsConfig } from '../../lib/wire/commands.js'
import { policy } from '../core/script.js'
import { childConfig, settled, World } from './fakes.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const INCIDENTS: IncidentsConfig = {
  ...{ dir: '/incidents', maxBytes: MB, maxFiles: 10, maxAge: 1e9, cooldown: 60_000, budget: 500, heapSnapshot: 0 },
}
const RULES = policy({ memory: OFF, delay: 0, interval: 3_000, warnDelay: 0, respawnLimit: 9 })

async function begun(changes: Partial<ChildConfig> = {}): Promise<World> {
  const world = new World([childConfig('x', { policy: RULES, ...changes })], { incidents: INCIDENTS })
  void world.supervisor.start()
  await world.pass(3_100)
  return world
}

async function crash(world: World, code: number | null = 3, signal: string | null = null) {
  world.ended('x', code, signal)
  await world.pass(100)
  const incident = world.incidents.at(-1)
  if (incident === undefined) throw new Error('no incident')
  return incident
}

const messages = (world: World) => world.events.flatMap(event => (event.type === 'incident' ? [event.message] : []))

t.test('how it was started', async t => {
  for (const [changes, command] of [
    [
      { run: { type: 'command', command: '/bin/app' }, args: ['--port', '80', '--token=abc'] },
      '/bin/app --port 80 --token=***',
    ],
    [
      { run: { type: 'module', module: '/app/x.js', execArgv: ['--expose-gc'] }, args: ['--password', 'abc'] },
      'node --expose-gc /app/x.js --password ***',
    ],
  ] as const)
    t.equal((await crash(await begun(changes))).child.command, command)
})

t.test('of its environment, what the host’s has not', async t => {
  process.env.OSQWATCH_TEST_SHARED = 'the same'
  process.env.OSQWATCH_TEST_OTHER = 'of the host'
  t.teardown(() => {
    delete process.env.OSQWATCH_TEST_SHARED
    delete process.env.OSQWATCH_TEST_OTHER
  })
  const env = { OSQWATCH_TEST_SHARED: 'the same', OSQWATCH_TEST_OTHER: 'its own', API_TOKEN: 'abc' }
  t.strictSame((await crash(await begun({ env }))).child.env, { OSQWATCH_TEST_OTHER: 'its own', API_TOKEN: '***' })
})

t.test('its processes at its end, as far as they could be asked', async t => {
  const world = await begun()
  world.process('x').descendants.set(901, 'in the group')
  t.match((await crash(world)).tree, [
    { pid: 100, parent: 100, name: 'fake', command: null, rss: MB, cpuMs: 0 },
    { pid: 901, parent: 100, command: null },
  ])
})

t.test('its last words, masked, and those of no other life', async t => {
  const world = await begun()
  world.forensics.lastWords = (name, life) => ({ text: `${name} ${life}: token=abc`, truncated: life > 1 })
  t.strictSame((await crash(world)).stderr, { text: 'x 1: token=***', truncated: false })
  await world.pass(3_000)
  t.strictSame((await crash(world)).stderr, { text: 'x 2: token=***', truncated: true })
  world.forensics.lastWords = () => null
  await world.pass(10_000)
  t.equal((await crash(world)).stderr, null)
})

t.test('a core is looked for after signals that make the kernel write one', async t => {
  for (const [code, signal, core] of [
    [null, 'SIGSEGV', '/core.100'],
    [null, 'SIGQUIT', '/core.100'],
    [null, 'SIGXFSZ', '/core.100'],
    [null, 'SIGKILL', null],
    [null, 'SIGTERM', null],
    [139, null, null],
  ] as const) {
    const world = await begun({ cwd: '/srv' })
    const asked: unknown[] = []
    world.forensics.core = async (pid, cwd, at) => {
      asked.push([pid, cwd, at])
      return `/core.${pid}`
    }
    t.equal((await crash(world, code, signal)).exit.core, core, signal ?? `${code}`)
    t.strictSame(asked, core === null ? [] : [[100, '/srv', 3_100]])
  }
})

t.test('one that could not be started has a record with nothing but that', async t => {
  const world = new World([childConfig('x', { policy: RULES })], { incidents: INCIDENTS })
  world.failure = { code: 'EACCES', lasting: true, reason: 'no permission' }
  void world.supervisor.start()
  await world.pass(100)
  t.match(world.incidents, [
    {
      ...{ verdict: null, child: { pid: null, life: 1, startedAt: null, activity: null }, tree: [], stderr: null },
      ...{ exit: { cause: 'spawn', code: null, signal: null, message: 'no permission' }, next: { type: 'giveup' } },
      replay: { kind: 'limits', baseline: null, ticks: [], memory: [] },
      machine: { cores: 4 },
    },
  ])
  t.match(world.incidents[0]?.account, /could not be started: no permission\. It is given up: no permission\.$/)
})

t.test('what follows: another life after its wait, or none', async t => {
  const world = await begun({ policy: { ...RULES, respawnDelay: 0 } })
  const first = await crash(world)
  t.strictSame(first.next, { type: 'respawn', delay: 2_000, reason: null })
  t.match(first.child, { life: 1, streak: 1 })
  const never = await begun({ policy: { ...RULES, restart: 'never', memoryTotal: 100 * MB } })
  never.process('x').sample.rss = 200 * MB
  never.process('x').onSignal = signal => signal === 'SIGTERM' && never.ended('x', null, signal)
  await never.pass(5_000)
  t.match(never.incidents, [{ next: { type: 'stays-down', delay: null, reason: null }, exit: { cause: 'limit' } }])
})

t.test('the event says where the story is, or why it could not be written', async t => {
  const world = await begun()
  const { account } = await crash(world)
  t.strictSame(messages(world), [`${account} (the whole story is in /incidents/1.json)`])
  await world.pass(5_000)
  world.forensics.keep = async () => ({ error: 'ENOSPC' })
  world.ended('x', 3)
  await world.pass(100)
  t.match(messages(world)[1], /\(its story could not be written: ENOSPC\)$/)
})

t.test('what witnesses left is read, and then dropped, also where nothing is kept', async t => {
  for (const incidents of [INCIDENTS, null]) {
    const world = new World([childConfig('x', { policy: RULES })], { incidents })
    world.witnesses = true
    const done: unknown[] = []
    world.forensics.testimony = async (...asked) => {
      done.push(['read', ...asked])
      return []
    }
    world.forensics.dropTestimony = async (...asked) => {
      done.push(['drop', ...asked])
    }
    void world.supervisor.start()
    await world.pass(100)
    world.process('x').events.heard({ type: 'hello', pid: world.process('x').pid, usr1: false, inspector: false })
    world.ended('x', 3)
    await settled()
    const whose = ['/evidence/x', [100]]
    t.strictSame(
      done,
      incidents === null
        ? [['drop', ...whose]]
        : [
            ['read', ...whose],
            ['drop', ...whose],
          ],
    )
  }
})

t.test('a throw while it is written is a fault, and the watcher goes on', async t => {
  const world = await begun()
  world.forensics.keep = async () => {
    throw new Error('no such luck')
  }
  world.ended('x', 3)
  await world.pass(5_000)
  t.match(
    world.events.find(event => event.type === 'fault'),
    { child: 'x', message: /survived a fault: Error: no such luck/ },
  )
  t.equal(world.told('spawn').length, 2)
})

t.test('its story is told when its group is swept, and what follows is known', async t => {
  const world = await begun()
  world.process('x').remnants = true
  world.ended('x', 3)
  await world.pass(3_000)
  t.strictSame(world.told('incident'), [])
  world.process('x').remnants = false
  await world.pass(100)
  t.match(world.incidents, [{ next: { type: 'respawn', delay: 2_000 }, child: { life: 1, streak: 1 } }])
})

t.test('an answer about an earlier run does not cut the time of the next one short', async t => {
  const world = await begun({ policy: { ...RULES, memoryTotal: 100 * MB, warnDelay: 2_000 } })
  const leak = async () => {
    const process = world.process('x')
    process.sample.rss = 200 * MB
    process.onSignal = signal => signal === 'SIGTERM' && world.ended('x', null, signal)
    await world.pass(1_000)
  }
  await leak()
  t.equal(world.examinations.length, 1)
  await world.pass(5_000)
  await leak()
  t.strictSame(world.told('limit', 'terminate'), ['limit x', 'terminate x', 'limit x'])
  world.examinations[0]?.answer({ processes: [], commands: new Map(), notes: [] })
  await world.pass(100)
  t.equal(world.told('terminate').length, 1, 'its warning is not over')
})
