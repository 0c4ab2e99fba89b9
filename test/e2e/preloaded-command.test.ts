/** `preload`: a Node program behind a command has heartbeats, over the socket. */
import t from 'tap'
import { fixture, QUICK, watch } from './helpers.js'

const app = fixture('client-stay.cjs')

t.test('two of them behind a shell, each judged alone; without it there are none', async t => {
  const args = ['-c', 'node "$0" & node "$0" & wait', app]
  const limits = { ...QUICK, heartbeatLimit: '30s' }
  const stdio = 'ignore'
  const watched = await watch(t, { limits, extensions: { pair: { command: 'sh', args, stdio, preload: true } } })
  const { pid } = await watched.event('spawn')
  await watched.until('both said hello', () => watched.all('ready').length === 2)
  const speakers = watched.all('ready').map(event => event.pid)
  for (const speaker of speakers) watched.see(speaker as number)
  t.notOk(speakers.includes(pid))
  t.not(speakers[0], speakers[1])
  process.kill(speakers[0] as number, 'SIGSTOP')
  await watched.until('one is late', async () => ((await watched.row('pair')).lateness ?? 0) > 200)
  process.kill(speakers[0] as number, 'SIGCONT')
  await watched.until('and answers', async () => (await watched.row('pair')).lateness === 0)
  await watched.watcher.add('later', { command: 'sh', args, stdio, preload: true })
  await watched.until('it, too', () => watched.all('ready', { child: 'later' }).length === 2)
  for (const event of watched.all('ready', { child: 'later' })) watched.see(event.pid as number)
})

t.test('it is for a command alone', async t => {
  await t.rejects(watch(t, { worker: { module: app, preload: true } as never }), {
    message: /worker\.preload: got true, takes nothing beside module/,
  })
})
