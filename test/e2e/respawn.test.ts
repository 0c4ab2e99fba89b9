/** The end of a life, and what follows. */
import { once } from 'node:events'
import { createWatcher } from 'osqwatch'
import t from 'tap'
import { app, QUICK, shell, until, type Watched, watch } from './helpers.js'

const backoffs = (watched: Watched, child: string) =>
  watched.all('backoff', { child }).map(({ delay, streak }) => ({ delay, streak }))

t.test('each failure waits longer, until it is given up', async t => {
  const limits = { ...QUICK, respawnLimit: 2, respawnMaxDelay: 2500 }
  const watched = await watch(t, { limits, extensions: { crash: shell('exit 3'), well: app('') } })
  t.match(await watched.event('giveup'), {
    ...{ child: 'crash', life: 3, code: 1, reason: 'too many failed lives in a row' },
    message: /^extension crash \(pid \d+, life 3\) is given up after 2 failures in a row and stays down: too many/,
  })
  const life = ['spawn', 'exit']
  t.strictSame(watched.story('crash'), [...life, 'backoff', ...life, 'backoff', ...life, 'giveup'])
  t.strictSame(backoffs(watched, 'crash'), [
    { delay: 2000, streak: 1 },
    { delay: 2500, streak: 2 },
  ])
  t.match(watched.all('backoff')[0], { message: /failure 1 of 2, next start in 2 s/ })
  t.match(watched.all('exit')[0], { code: 3, signal: null, cause: 'crashed', verdict: null })
  const born = watched.all('spawn', { child: 'crash' }).map(({ at }) => at)
  for (const [n, { delay }] of watched.all('backoff').entries()) {
    t.ok((born[n + 1] ?? 0) - (born[n] ?? 0) >= delay - 1, `wait ${n + 1} was waited`)
  }
  t.match(await watched.row('crash'), { phase: 'down', pid: null, streak: 2, life: 3, uptime: null })
  t.match(await watched.row('well'), { phase: 'up', life: 1 }, 'nobody else is touched')
})

t.test('a giveup that nobody listens to becomes a warning of the process', async t => {
  const warned = once(process, 'warning')
  const watcher = await createWatcher({ limits: { ...QUICK, respawnLimit: 0 }, extensions: { crash: shell('exit 3') } })
  t.teardown(() => watcher.stop())
  await until('it is down', async () => (await watcher.status())[0]?.phase === 'down')
  t.match(await warned, [
    { name: 'OsqwatchWarning', message: /^extension crash .* is given up at once and stays down/ },
  ])
})

t.test('a life that got old clears the streak', async t => {
  const limits = { ...QUICK, respawnLimit: 1, respawnReset: 1000 }
  const young = shell('exit 3')
  const watched = await watch(t, { limits, extensions: { old: shell('sleep 1.2; exit 3'), young } })
  await watched.event('giveup', { child: 'young' })
  await watched.event('backoff', { child: 'old', life: 3 })
  // Up to half of the wait more, for they fail together.
  const waits = [...backoffs(watched, 'old'), ...backoffs(watched, 'young')]
  t.strictSame(
    waits.map(({ streak }) => streak),
    [1, 1, 1, 1],
  )
  t.ok(waits.every(({ delay }) => delay >= 200 && delay <= 300))
})

t.test('restart: who is started again after which end', async t => {
  const [well, ill] = [shell('exit 0'), shell('exit 3')]
  const extensions = {
    always: { ...well, restart: 'always' },
    failing: { ...ill, restart: 'on-failure' },
    done: { ...well, restart: 'on-failure' },
    once: { ...ill, restart: 'never' },
  } as const
  const watched = await watch(t, { limits: { ...QUICK, respawnLimit: 1 }, extensions })
  await watched.event('giveup', { child: 'failing' })
  await watched.event('spawn', { child: 'always', life: 3 })
  t.strictSame(watched.story('done'), ['spawn', 'exit'])
  t.strictSame(watched.story('once'), ['spawn', 'exit'])
  t.match(watched.all('exit', { child: 'done' })[0], { code: 0, cause: 'exited' })
  t.ok(
    watched.all('backoff', { child: 'always' }).every(({ streak }) => streak === 0),
    'exit 0 is no failure',
  )
  const [first, second] = watched.all('spawn', { child: 'always' })
  t.ok((second?.at ?? 0) - (first?.at ?? 0) >= 990, 'and yet it does not spin')
})

t.test('exit status 78: never again', async t => {
  const watched = await watch(t, { limits: QUICK, extensions: { broken: shell('exit 78', { restart: 'always' }) } })
  t.match(await watched.event('giveup'), { code: 78, reason: /^it exited with status 78/ })
  t.strictSame(watched.story('broken'), ['spawn', 'exit', 'giveup'])
})

t.test('the signals that end a program: its own, or those of somebody else', async t => {
  const never = { restart: 'never' } as const
  const extensions = { crashed: shell('kill -SEGV $$', never), killed: shell('kill -KILL $$', never) }
  const watched = await watch(t, { limits: QUICK, extensions })
  t.match(await watched.event('exit', { child: 'crashed' }), { code: null, signal: 'SIGSEGV', cause: 'crashed' })
  t.match(await watched.event('exit', { child: 'killed' }), { code: null, signal: 'SIGKILL', cause: 'signal' })
})

/** osquery's level, with waits that a test can wait for. */
const OSQUERYS = { ...QUICK, respawnDelay: 0, respawnLimit: 1 }

t.test('level normal: a worker that fails too often ends it all, in the words of osquery', async t => {
  const extensions = { other: app('') }
  const watched = await watch(t, { level: 'normal', limits: OSQUERYS, worker: shell('exit 3'), extensions })
  t.match(await watched.event('backoff'), { message: /^osqueryd worker respawning too quickly: 1 times;/ })
  const report = { code: 1, reason: 'Too many worker restarts' }
  t.match(await watched.event('shutdown'), report)
  t.strictSame(await watched.closed(), report)
  t.match(watched.all('exit', { child: 'other' }), [{ cause: 'requested' }])
})

t.test('level normal: an extension too', async t => {
  const extensions = { faulty: shell('exit 3') }
  const watched = await watch(t, { level: 'normal', limits: OSQUERYS, worker: app(''), extensions })
  t.match(await watched.event('backoff'), { message: /^Extension respawning too quickly: faulty;/ })
  t.match(await watched.closed(), { code: 1, reason: /^Too many worker restarts.*faulty/ })
  t.match(watched.all('exit', { child: 'worker' }), [{ cause: 'requested' }])
})

t.test('level normal: exit status 78 ends it all with 78', async t => {
  const watched = await watch(t, { level: 'normal', limits: OSQUERYS, worker: shell('exit 78') })
  t.match(await watched.closed(), { code: 78 })
})
