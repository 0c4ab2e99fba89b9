/** Signals to a child as a whole: its group at once, and one by one those that no signal to the group reaches. */
import t from 'tap'
import type { ChildConfig } from '../../lib/wire/commands.js'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

async function begun(changes: Partial<ChildConfig> = {}): Promise<World> {
  const rules = policy({ restart: 'never', stopTimeout: 3_000, delay: 0, interval: 3_000 })
  const world = new World([childConfig('x', { policy: rules, ...changes })])
  void world.supervisor.start()
  await world.pass(100)
  world.log.length = 0
  return world
}

const signals = (world: World) => world.log.filter(line => line.startsWith('SIG'))
const stop = (world: World) => void world.supervisor.remove('x')

t.test('a group is signalled as one; who has left it is held, told and let go', async t => {
  const world = await begun()
  world.process('x').descendants.set(901, 'left it').set(902, 'in the group').set(903, 'left it')
  stop(world)
  t.strictSame(signals(world), [
    ...['SIGSTOP to pid 901 alone', 'SIGSTOP to pid 903 alone'],
    ...['SIGTERM to x', 'SIGTERM to pid 901 alone', 'SIGTERM to pid 903 alone'],
    ...['SIGCONT to x', 'SIGCONT to pid 901 alone', 'SIGCONT to pid 903 alone'],
  ])
  world.log.length = 0
  await world.pass(3_000)
  t.strictSame(
    signals(world),
    [
      ...['SIGSTOP to pid 901 alone', 'SIGSTOP to pid 903 alone'],
      ...['SIGKILL to x', 'SIGKILL to pid 901 alone', 'SIGKILL to pid 903 alone'],
    ],
    'SIGKILL needs no SIGCONT',
  )
})

t.test('a tree that forks while it is held is held until no new one appears', async t => {
  for (const [forks, held] of [
    [3, 4],
    [1_000, 20],
  ] as const) {
    const world = await begun()
    const process = world.process('x')
    process.descendants.set(900, 'left it')
    process.onSignal = () => {}
    world.onStrangerSignal = signal => {
      const pid = 900 + process.descendants.size
      if (signal === 'SIGSTOP' && process.descendants.size <= forks) process.descendants.set(pid, 'left it')
    }
    stop(world)
    const of = (signal: string) => signals(world).filter(line => line.startsWith(`${signal} to pid`)).length
    t.strictSame([of('SIGSTOP'), of('SIGTERM'), of('SIGCONT')], [held, held, held], `${forks} forks`)
  }
})

t.test('SIGCONT follows also when SIGTERM could not be sent', async t => {
  const world = await begun()
  world.process('x').onSignal = signal => {
    if (signal === 'SIGTERM') throw new Error('no such luck')
  }
  stop(world)
  t.strictSame(signals(world), ['SIGTERM to x', 'SIGCONT to x'])
  t.match(
    world.events.find(event => event.type === 'fault'),
    { child: 'x', message: /no such luck/ },
  )
})

t.test('who shares a group with its host is signalled one by one, and the group never', async t => {
  const world = await begun({ group: 'shared' })
  world.process('x').descendants.set(902, 'in the group')
  stop(world)
  t.strictSame(
    signals(world),
    ['SIGSTOP', 'SIGTERM', 'SIGCONT'].flatMap(signal => [`${signal} to x alone`, `${signal} to pid 902 alone`]),
  )
})

t.test('where nobody can be listed, its first process is signalled, unless that has ended', async t => {
  const world = await begun({ group: 'shared' })
  const process = world.process('x')
  process.isListed = false
  stop(world)
  t.strictSame(signals(world), ['SIGSTOP to x alone', 'SIGTERM to x alone', 'SIGCONT to x alone'])
  process.remnants = true
  world.log.length = 0
  world.ended('x', 0)
  await world.pass(20_000)
  t.strictSame(signals(world), [], 'its pid may be anybody’s by now')
})

t.test('what outlives it, in its group or out of it, is looked for every 50 ms', async t => {
  for (const place of ['in the group', 'left it'] as const) {
    const world = await begun()
    const process = world.process('x')
    if (place === 'in the group') process.remnants = true
    else process.descendants.set(901, 'left it')
    stop(world)
    world.ended('x', 0)
    await world.pass(1_000)
    t.strictSame(world.told('exit', 'terminate', 'kill'), ['terminate x', 'exit x', 'terminate x'], place)
    process.remnants = false
    process.descendants.clear()
    t.notOk(world.log.includes('guard forgets x'), 'its guard still knows it')
    await world.pass(50)
    t.ok(world.log.includes('guard forgets x'))
  }
})
