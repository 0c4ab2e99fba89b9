/** SIGKILL has been sent, and its process is still there: is it the machine that is slow, or does it hang in the kernel? */
import t from 'tap'
import { policy } from '../core/script.js'
import { childConfig, type Process, World } from './fakes.js'

const RULES = policy({
  memoryTotal: 100 * 1024 * 1024,
  warnDelay: 0,
  forcedShutdownDelay: 1000,
  delay: 0,
  interval: 500,
})

/** A child that is over its limit, and has just got SIGKILL; and one that is well. */
async function killed(): Promise<[World, Process]> {
  const world = new World([childConfig('over', { policy: RULES }), childConfig('well')])
  void world.supervisor.start()
  await world.pass(600)
  const process = world.process('over')
  process.sample.rss *= 10
  while (!world.log.includes('SIGKILL to over')) await world.pass(50)
  return [world, process]
}

const FATAL = ['fault', 'shutdown', 'exit', 'terminate']

t.test('it rests: two seconds after, everything is stopped', async t => {
  const [world] = await killed()
  world.process('well').onSignal = signal =>
    void (signal === 'SIGTERM' && queueMicrotask(() => world.ended('well', null, signal)))
  await world.pass(1900)
  t.strictSame(world.told('fault', 'shutdown'), [])
  await world.pass(200)
  t.strictSame(world.told(...FATAL), ['terminate over', 'fault over', 'terminate well', 'exit well', 'shutdown'])
  t.match(world.events.at(-1), { code: 78 })
})

t.test('it waits for a processor: it is waited for, and nobody else has to go', async t => {
  const [world, process] = await killed()
  process.dying = true
  await world.pass(50_000)
  t.strictSame(world.told(...FATAL), ['terminate over'])
  world.ended('over', null, 'SIGKILL')
  await world.pass(10_000)
  t.strictSame(world.told(...FATAL), ['terminate over', 'exit over'])
  t.ok(world.process('over').pid > process.pid, 'its next life has begun')
})

t.test('it hangs once it has got one', async t => {
  const [world, process] = await killed()
  process.dying = true
  await world.pass(9_000)
  process.dying = false
  await world.pass(2_000)
  t.strictSame(world.told('fault'), ['fault over'])
})

t.test('a minute is the most', async t => {
  const [world, process] = await killed()
  process.dying = true
  await world.pass(59_000)
  t.strictSame(world.told('fault'), [])
  await world.pass(4_000)
  t.strictSame(world.told('fault'), ['fault over'])
})

t.test('what it left in its group is waited for in the same way', async t => {
  const [world, process] = await killed()
  process.remnants = true
  world.ended('over', null, 'SIGKILL')
  process.dying = true
  await world.pass(20_000)
  t.strictSame(world.told('fault', 'spawn').slice(2), [], 'no next life beside it')
  process.remnants = false
  await world.pass(10_000)
  t.strictSame(world.told('fault', 'spawn').slice(2), ['spawn over'])
})
