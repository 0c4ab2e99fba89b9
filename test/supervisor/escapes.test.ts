/** What a life leaves behind, known by its mark alone. */
import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, World } from './fakes.js'

const DELAY_MS = 4_000

function world(changes: Parameters<typeof childConfig>[1] = {}): World {
  const rules = policy({ restart: 'always', respawnDelay: 0, forcedShutdownDelay: DELAY_MS })
  const made = new World([childConfig('a', { policy: rules, ...changes })])
  void made.supervisor.start()
  return made
}

/** Those of its signals that went to nobody's child. */
const signalled = (made: World) => made.log.filter(line => /^SIG\w+ to pid /.test(line))

t.test('nobody: nothing is done', async t => {
  const made = world()
  await made.pass(1_000)
  made.ended('a', 0)
  await made.pass(10_000)
  t.strictSame(signalled(made), [])
})

t.test(
  'whoever is found gets SIGTERM and SIGCONT, and SIGKILL when its time is up; the next life does not wait',
  async t => {
    const made = world()
    await made.pass(1_000)
    const left = new Set([900])
    made.escaped.set('a 1', left)
    made.ended('a', 0)
    await made.pass(DELAY_MS - 500)
    t.strictSame(signalled(made), ['SIGTERM to pid 900 alone', 'SIGCONT to pid 900 alone'])
    t.match(
      made.events.find(({ type }) => type === 'terminate'),
      { child: 'a', pid: 100, life: 1, message: 'what life 1 of a left behind (900) gets SIGTERM' },
    )
    t.strictSame(made.told('spawn'), ['spawn a', 'spawn a'])
    await made.pass(600)
    t.equal(signalled(made).at(-1), 'SIGKILL to pid 900 alone')
    left.clear()
    await made.pass(10_000)
    t.strictSame(made.told('terminate', 'kill', 'fault'), ['terminate a', 'kill a'])
  },
)

t.test('it is asked again until nobody is left: they may have started others', async t => {
  const made = world()
  await made.pass(1_000)
  const left = new Set([900])
  made.escaped.set('a 1', left)
  made.ended('a', 0)
  await made.pass(10)
  left.delete(900)
  left.add(901)
  await made.pass(100)
  t.ok(signalled(made).includes('SIGTERM to pid 901 alone'))
})

t.test('remove and stop wait for them, and not for ever', async t => {
  const made = world({ policy: policy({ restart: 'never', forcedShutdownDelay: DELAY_MS }) })
  await made.pass(1_000)
  made.escaped.set('a 1', new Set([900]))
  made.process('a').onSignal = signal => signal === 'SIGTERM' && made.ended('a', null, signal)
  let isRemoved = false
  void made.supervisor.remove('a').then(() => {
    isRemoved = true
  })
  await made.pass(DELAY_MS)
  t.notOk(isRemoved)
  await made.pass(6_000)
  t.ok(isRemoved)
  t.match(
    made.events.find(({ type }) => type === 'fault'),
    { child: 'a', message: /^what life 1 of a left behind \(900\) is still there/ },
  )
})

t.test('a child that is its one process may leave whom it likes', async t => {
  const made = world({ tree: false })
  await made.pass(1_000)
  made.escaped.set('a 1', new Set([900]))
  made.ended('a', 0)
  await made.pass(10_000)
  t.strictSame(signalled(made), [])
})

t.test('each is told once of each signal, and one that comes later gets its own', async t => {
  const made = world()
  await made.pass(1_000)
  const left = new Set([900])
  made.escaped.set('a 1', left)
  made.ended('a', 0)
  await made.pass(200)
  left.add(901)
  left.delete(900)
  await made.pass(200)
  t.strictSame(signalled(made), [
    ...['SIGTERM to pid 900 alone', 'SIGCONT to pid 900 alone'],
    ...['SIGTERM to pid 901 alone', 'SIGCONT to pid 901 alone'],
  ])
  await made.pass(DELAY_MS - 300)
  t.strictSame(signalled(made).slice(4), ['SIGKILL to pid 901 alone'], 'in the time that the first one had begun')
  t.strictSame(
    made.events.flatMap(event => (event.type === 'kill' || event.type === 'terminate' ? [event.message] : [])),
    [
      'what life 1 of a left behind (900) gets SIGTERM',
      'what life 1 of a left behind (901) gets SIGTERM',
      'what life 1 of a left behind (901) gets SIGKILL',
    ],
  )
})

t.test('nobody is waited for longer than 15 s and 5 more, whatever its delay', async t => {
  for (const [forcedShutdownDelay, givenUpAfter] of [
    [1_000, 6_000],
    [15_000, 20_000],
    [60_000, 20_000],
  ] as const) {
    const made = world({ policy: policy({ restart: 'never', forcedShutdownDelay }) })
    await made.pass(1_000)
    made.escaped.set('a 1', new Set([900, 901]))
    made.ended('a', 0)
    await made.pass(givenUpAfter - 100)
    t.strictSame(made.told('fault'), [])
    await made.pass(200)
    t.match(
      made.events.filter(({ type }) => type === 'fault'),
      [{ child: 'a', message: 'what life 1 of a left behind (900, 901) is still there 5 s after its time was up' }],
    )
    const signals = signalled(made).length
    await made.pass(60_000)
    t.equal(signalled(made).length, signals, 'and it is left alone from then on')
  }
})

t.test('remove waits for what that child has left, not for what another has', async t => {
  const rules = policy({ restart: 'never', forcedShutdownDelay: DELAY_MS })
  const made = new World([childConfig('a', { policy: rules }), childConfig('b', { policy: rules })])
  void made.supervisor.start()
  await made.pass(1_000)
  made.escaped.set('a 1', new Set([900]))
  made.ended('a', 0)
  made.ended('b', 0)
  await made.pass(100)
  const removed: string[] = []
  for (const name of ['a', 'b']) void made.supervisor.remove(name).then(() => removed.push(name))
  await made.pass(100)
  t.strictSame(removed, ['b'])
  made.escaped.clear()
  await made.pass(100)
  t.strictSame(removed, ['b', 'a'])
})
