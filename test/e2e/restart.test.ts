/** restart(name), in every phase in which a caller can meet a child. */
import t from 'tap'
import { app, Output, PATIENT, QUICK, shell, watch } from './helpers.js'

t.test('up: another life, and the end of the first is no failure', async t => {
  const watched = await watch(t, { limits: { ...QUICK, stopTimeout: PATIENT }, worker: app('') })
  await watched.event('ready')
  await watched.watcher.restart('worker')
  t.match(await watched.row('worker'), { phase: 'up', life: 2, streak: 0 })
  await watched.event('spawn', { life: 2 })
  t.match(watched.all('exit'), [{ life: 1, signal: 'SIGTERM', cause: 'requested', verdict: null }])
  t.strictSame(watched.story('worker').slice(0, 5), ['spawn', 'ready', 'terminate', 'exit', 'spawn'])
})

t.test('up, and deaf to SIGTERM: killed after stopTimeout, and yet no failure', async t => {
  const output = new Output(t)
  const limits = { ...QUICK, stopTimeout: 600 }
  const watched = await watch(t, { limits, worker: app('deaf', { stdio: output.stdio }) })
  await output.line(/^up$/)
  const asked = Date.now()
  await watched.watcher.restart('worker')
  t.match(await watched.event('exit'), { signal: 'SIGKILL', cause: 'requested' })
  t.ok((await watched.event('kill')).at - asked >= 599, 'not before stopTimeout')
  t.match(await watched.row('worker'), { life: 2, streak: 0 })
})

t.test('waiting: at once, with a clean streak', async t => {
  const limits = { ...QUICK, respawnMaxDelay: 'off', respawnDelay: '10 min' }
  const watched = await watch(t, { limits, worker: shell('exit 3') })
  t.match(await watched.event('backoff'), { streak: 1, delay: 602_000 })
  t.match(await watched.row('worker'), { phase: 'waiting', pid: null, streak: 1 })
  await watched.watcher.restart('worker')
  t.match(await watched.event('backoff', { life: 2 }), { streak: 1 }, 'the first failure again')
})

t.test('given up: it gets all its chances again', async t => {
  const watched = await watch(t, { limits: { ...QUICK, respawnLimit: 1 }, worker: shell('exit 3') })
  await watched.event('giveup', { life: 2 })
  await watched.watcher.restart('worker')
  await watched.event('giveup', { life: 4 })
  const life = ['spawn', 'exit']
  const chances = [...life, 'backoff', ...life, 'giveup']
  t.strictSame(watched.story('worker'), [...chances, ...chances])
})
