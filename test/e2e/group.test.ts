/** The whole child is ended: its process group, also what outlives its leader. */
import t from 'tap'
import { Output, PATIENT, QUICK, shell, watch } from './helpers.js'
import { look } from './proc.js'

const pidIn = async (output: Output) => Number(await output.line(/^\d+$/))

t.test('a grandchild goes with the child that is removed', async t => {
  const output = new Output(t)
  const limits = { ...QUICK, stopTimeout: PATIENT }
  const watched = await watch(t, { limits, worker: shell('sleep 1000 & echo $!; sleep 1000', { stdio: output.stdio }) })
  const pid = await pidIn(output)
  watched.see(pid)
  await watched.watcher.remove('worker')
  await watched.until('the grandchild is gone', () => look(pid) === null)
  t.match(await watched.event('exit'), { signal: 'SIGTERM', cause: 'requested' })
})

t.test('what a child leaves in its group is swept before it lives again', async t => {
  const output = new Output(t)
  const limits = { ...QUICK, forcedShutdownDelay: PATIENT, respawnLimit: 1 }
  const watched = await watch(t, { limits, worker: shell('sleep 1000 & echo $!; exit 3', { stdio: output.stdio }) })
  watched.see(await pidIn(output))
  t.match(await watched.event('terminate', { life: 1 }), { message: /left in its process group/ })
  await watched.event('giveup')
  const swept = ['spawn', 'exit', 'terminate']
  t.strictSame(watched.story('worker'), [...swept, 'backoff', ...swept, 'giveup'])
  t.strictSame(
    watched.all('exit').map(({ code, cause }) => `${cause} ${code}`),
    ['crashed 3', 'crashed 3'],
  )
  for (const pid of output.lines) await watched.until(`${pid} is gone`, () => look(Number(pid)) === null)
})

t.test('and killed if it does not hear SIGTERM', async t => {
  const output = new Output(t)
  // What is ignored stays so across fork and exec.
  const script = 'trap "" TERM; sleep 1000 & echo $!; exit 0'
  const watched = await watch(t, { limits: QUICK, worker: shell(script, { stdio: output.stdio }) })
  watched.see(await pidIn(output))
  const kill = await watched.event('kill')
  t.match(kill, { message: /left in its process group/ })
  await watched.until('its story has ended', async () => (await watched.row('worker')).phase === 'down')
  t.strictSame(watched.story('worker'), ['spawn', 'exit', 'terminate', 'kill'])
  t.ok(kill.at - (watched.all('spawn')[0]?.at ?? 0) >= 499, 'not before forcedShutdownDelay')
})
