/** Children that somebody else has spawned: met in the middle of their lives, watched, ended, and never started again. */
import t from 'tap'
import type { ChildConfig } from '../../lib/wire/commands.js'
import { policy } from '../core/script.js'
import { ADOPTED_AGE_MS, childConfig, World } from './fakes.js'

const MB = 1024 * 1024
const PID = 500

function adopted(name: string, changes: Partial<ChildConfig> = {}): ChildConfig {
  const run = { type: 'adopted', pid: PID, start: String(PID), reported: true } as const
  const rules = policy({ restart: 'never', memory: 100 * MB, delay: 0, interval: 3_000 })
  return childConfig(name, { kind: 'adopted', run, policy: rules, ...changes })
}

async function adopt(world: World, config: ChildConfig): Promise<void> {
  void world.supervisor.start()
  const added = world.supervisor.add(config)
  await world.pass(0)
  await added
}

const exits = (world: World) => world.events.flatMap(event => (event.type === 'exit' ? [event] : []))

t.test(
  'it is met with its age, its baseline is what it holds now, and neither guard nor table of the thread knows it',
  async t => {
    const world = new World([])
    await adopt(world, adopted('x'))
    t.strictSame(
      world.log.filter(line => !line.startsWith('look')),
      ['adopt x'],
    )
    t.strictSame(world.lives.list(), [], 'it is main’s child')
    const reply = world.supervisor.status()
    t.match(reply.ok && reply.value[0], {
      kind: 'adopted',
      phase: 'up',
      pid: PID,
      uptime: ADOPTED_AGE_MS,
      footprint: 0,
    })
  },
)

/** No group: whoever else has started it may have one of its number. */
const each = (signal: string) => [`${signal} to x alone`, `${signal} to pid 501 alone`]

t.test('over its limit it climbs the ladder, by its tree; its end is a zombie’s, and told once', async t => {
  const world = new World([])
  await adopt(world, adopted('x'))
  const process = world.process('x')
  process.descendants.set(501, 'left it')
  process.onSignal = signal => {
    if (signal !== 'SIGKILL') return
    Object.assign(process, { sight: 'gone', ending: { code: null, signal: 'SIGKILL' } })
    process.descendants.clear()
  }
  await world.pass(3_500)
  process.sample.rss = 400 * MB
  world.log.length = 0
  await world.pass(20_000)
  t.strictSame(
    world.log.filter(line => / x$|pid 501|to x/.test(line) && !line.startsWith('look')),
    ['limit x', 'warn to x', 'warn x', ...each('SIGSTOP'), ...each('SIGTERM'), ...each('SIGCONT'), 'terminate x']
      .concat(each('SIGSTOP'), each('SIGKILL'))
      .concat(['kill x', 'exit x']),
  )
  t.match(exits(world), [{ code: null, signal: 'SIGKILL', cause: 'limit', verdict: 'memory' }])
  world.supervisor.ended('x', PID, null, 'SIGKILL')
  t.equal(exits(world).length, 1, 'main’s word comes too late')
  const reply = world.supervisor.status()
  t.equal(reply.ok && reply.value.length, 1, 'it has no row any more')
})

t.test('main’s word is taken at once', async t => {
  const world = new World([])
  await adopt(world, adopted('x'))
  world.supervisor.ended('x', PID + 1, 0, null)
  t.equal(exits(world).length, 0, 'of another process')
  world.supervisor.ended('x', PID, 3, null)
  t.match(exits(world), [{ code: 3, cause: 'crashed' }])
  await world.pass(60_000)
  t.notOk(world.told('spawn', 'backoff', 'giveup').length, 'nobody starts it again')
})

t.test('gone without a trace: main has reaped it, and its word is waited for, but not for ever', async t => {
  const world = new World([])
  await adopt(world, adopted('x'))
  world.process('x').sight = 'gone'
  await world.pass(3_500)
  t.equal(exits(world).length, 0)
  await world.pass(1_000)
  t.match(exits(world), [{ code: null, signal: null, cause: 'exited' }])
})

t.test('what it leaves behind by itself is its own business; what it leaves when it is stopped is ended', async t => {
  for (const isStopped of [false, true]) {
    const world = new World([])
    await adopt(world, adopted('x'))
    const process = world.process('x')
    process.descendants.set(501, 'left it')
    process.onSignal = signal => {
      if (signal === 'SIGKILL') process.descendants.clear()
    }
    if (isStopped) void world.supervisor.remove('x')
    await world.pass(0)
    world.log.length = 0
    world.supervisor.ended('x', PID, 0, null)
    await world.pass(10_000)
    t.equal(world.log.includes('SIGKILL to pid 501 alone'), isStopped)
    t.strictSame(world.log.includes('exit x'), true)
  }
})

t.test('exit status 78 says nothing here, at any level', async t => {
  const world = new World([])
  await adopt(world, adopted('x', { policy: policy({ level: 'normal', restart: 'never' }) }))
  world.supervisor.ended('x', PID, 78, null)
  await world.pass(1_000)
  t.strictSame(world.told('giveup', 'shutdown'), [])
})

t.test('it cannot be started again from here', async t => {
  const world = new World([])
  await adopt(world, adopted('x'))
  t.match(await world.supervisor.restart('x'), { ok: false, error: { code: 'ERR_OSQWATCH_ADOPTED' } })
})

t.test('a stop ends it with the others, unless it is to be kept', async t => {
  const world = new World([])
  await adopt(world, adopted('x'))
  await adopt(world, adopted('kept', { keep: true, run: { type: 'adopted', pid: 600, start: '600', reported: true } }))
  const process = world.process('x')
  process.onSignal = signal => {
    if (signal === 'SIGTERM') Object.assign(process, { sight: 'gone', ending: { code: null, signal: 'SIGTERM' } })
  }
  const stopped = world.supervisor.stop()
  await world.pass(1_000)
  t.match(await stopped, { ok: true, value: { code: 0 } })
  t.notOk(world.log.some(line => line.endsWith('to kept')))
  t.match(exits(world), [{ child: 'x', cause: 'requested' }])
})

t.test('another process has its pid by now: it is a stranger, and is never signalled', async t => {
  const world = new World([])
  await adopt(world, adopted('x', { run: { type: 'adopted', pid: PID, start: '77', reported: false } }))
  await world.pass(1_000)
  t.match(exits(world), [{ code: null, signal: null }])
  t.notOk(world.log.some(line => /^SIG/.test(line)))
})
