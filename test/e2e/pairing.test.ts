/**
 * The pairing table, on real processes. Two of its rows are left to the tests of the rules: a child in state D needs a device
 * or a file system that hangs, and one that gets no processor at all needs a machine to itself.
 */
import t, { type Test } from 'tap'
import { Debugger } from './debugger.js'
import { answered, app, fixture, Output, QUICK, type Watched, watch } from './helpers.js'
import { look } from './proc.js'

/** Both are judged. On a loaded machine a mere start takes seconds, and so does dying of a SIGTERM. */
const LIMITS = { ...QUICK, heartbeatLimit: 1500, latency: '60s', utilization: '0.05 core', forcedShutdownDelay: '30s' }

/** The ladder as it goes when nobody resists, and what follows it. */
const ENDED = ['limit', 'warn', 'terminate', 'exit']

const one = (t: Test, manners: string) => watch(t, { limits: LIMITS, worker: app(manners, { restart: 'never' }) })

async function hang(t: Test, watched: Watched, expected: { hang: string; state: RegExp }): Promise<void> {
  const limit = await watched.event('limit')
  t.match(limit, { verdict: 'heartbeat', limitName: 'heartbeatLimit', limit: 1500, ...expected })
  t.ok(limit.value >= 1500, `late by ${limit.value} ms of its own time`)
  t.match(await watched.event('exit'), { signal: 'SIGTERM', cause: 'limit', verdict: 'heartbeat', pid: limit.pid })
  t.strictSame(watched.story('worker').slice(-4), ENDED)
}

t.test('one that keeps its limits is left alone', async t => {
  const watched = await watch(t, { limits: { ...LIMITS, utilization: '0.9 core', memory: '100MB' }, worker: app('') })
  await watched.event('ready')
  await watched.until('it was looked at for longer than any limit', () => watched.all('sample').length > 12)
  const judged = watched.story('worker').filter(type => type !== 'defer')
  t.strictSame(judged, ['spawn', 'ready'], 'nothing but that a loaded machine may be told as its excuse')
  t.match(await watched.row('worker'), { phase: 'up', life: 1, streak: 0 })
})

t.test('over its CPU budget, still answering: cpu', async t => {
  const limits = { ...LIMITS, latency: 1000 }
  const watched = await watch(t, { limits, worker: app('busy', { restart: 'never' }) })
  const limit = await watched.event('limit')
  t.match(limit, { verdict: 'cpu', limitName: 'latency', hang: null, limit: 1000 })
  t.ok(limit.value >= 1000, `hot for ${limit.value} ms`)
  t.match(limit.message, /^worker \(pid \d+, life 1\) used more CPU than .*limits\.utilization.*limits\.latency/)
  t.match(await watched.event('exit'), { signal: 'SIGTERM', cause: 'limit', verdict: 'cpu' })
  const afterwards = watched.story('worker').filter(type => type !== 'ready' && type !== 'defer')
  t.strictSame(afterwards, ['spawn', ...ENDED])
})

t.test('its loop spins: heartbeat, spinning', async t => {
  const watched = await watch(t, {
    limits: LIMITS,
    worker: app('spin', { restart: 'never' }),
  })
  await hang(t, watched, { hang: 'spinning', state: /^R$/ })
})

t.test('stopped: heartbeat, stopped, and it hears SIGTERM all the same', async t => {
  const watched = await one(t, '')
  const { pid } = await watched.event('ready')
  process.kill(pid as number, 'SIGSTOP')
  await hang(t, watched, { hang: 'stopped', state: /^T$/ })
})

t.test('blocked in a synchronous call: heartbeat, blocked', async t => {
  await hang(t, await one(t, 'wait'), { hang: 'blocked', state: /^S$/ })
})

t.test('blocked by a program that it waits for: heartbeat, blocked, and that program ends too', async t => {
  const output = new Output(t)
  const watched = await watch(t, {
    limits: LIMITS,
    worker: app('sleep', { restart: 'never', stdio: output.stdio }),
  })
  watched.see(Number((await output.line(/^sleep/)).slice('sleep '.length)))
  await hang(t, watched, { hang: 'blocked', state: /^S$/ })
})

t.test('held by a debugger: deferred, not stopped, memory still enforced', async t => {
  const output = new Output(t)
  const module = fixture('e2e-inspected.mjs')
  const watched = await watch(t, {
    limits: { ...LIMITS, memory: '100MB', memoryHard: 'off' },
    worker: app('', { module, stdio: output.stdio, restart: 'never' }),
  })
  const [url = ''] = /ws:\S+/.exec(await output.line(/ws:/)) ?? []
  await answered(watched, 'worker')
  const session = await Debugger.attach(t, url)
  const callFrameId = await session.pause()
  await watched.event('defer', { reason: 'debugger' })
  const { length } = watched.all('sample')
  await watched.until('it was held for twice its limit', () => watched.all('sample').length > length + 8)
  t.notOk(watched.story('worker').includes('limit'))
  t.match(look((await watched.row('worker')).pid as number), { state: /^S$/ }, 'seen from outside it only sleeps')

  const expression = 'globalThis.kept = Buffer.alloc(160 * 1024 * 1024, 1).length'
  session.tell('Debugger.evaluateOnCallFrame', { callFrameId, expression })
  t.match(await watched.event('limit'), { verdict: 'memory', limitName: 'memory' })
  t.match(await watched.event('exit'), { signal: 'SIGTERM', verdict: 'memory' })
})
