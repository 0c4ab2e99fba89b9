/** Every child of an app is adopted, and nobody who starts one has to know. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'
import { type Host, type Said, startHost } from './hosts.js'
import { isGone, look, type Seen } from './proc.js'
import { isAlive, killNow } from './processes.js'
import { until } from './until.js'

const begin = (t: Parameters<typeof startHost>[0], scenario: string) => startHost(t, 'host-adopt-all.mjs', scenario)
const told = (host: Host, type: string) => host.said.filter(said => said.type === type)
const members = (host: Host) => host.family().filter(({ command }) => !command.includes('osqwatch-guard'))

async function leave(host: Host): Promise<void> {
  host.order('stop')
  await host.until('stopped')
  host.order('leave')
}

/** The private folder of the socket, as a child is told of it. */
async function socketFolder(host: Host): Promise<string> {
  host.order('socket')
  const { path } = (await host.until('socket')) as Said & { path: string }
  host.order(`folder ${path}`)
  t.match(await host.until('folder'), { mode: 0o700 })
  return dirname(path)
}

t.test('whichever call starts it, by whichever import; and not those that are to be left alone', async t => {
  const host = begin(t, 'ways')
  const { names } = await host.until('status')
  t.match((names as string[]).slice(0, 5), [
    'read line',
    'sleep 1001',
    /^node --no-warnings host-child/,
    'exec sleep 1002',
    'watcher',
  ])
  t.match(await host.until('sync'), { host: new RegExp(`^${host.pid}:\\d+$`), client: false })
  await host.until('ready', ({ child }) => String(child).includes('host-child'))
  const spared = members(host).filter(({ command }) =>
    ['sleep\0' + '777', 'sleep\0' + '778'].some(words => command.includes(words)),
  )
  t.equal(spared.length, 2)
  host.order('stop')
  await host.until('stopped')
  t.strictSame(
    spared.filter(({ pid }) => !isAlive(pid)),
    [],
    'they are not stopped either',
  )
  for (const { pid } of spared) killNow(pid)
  host.order('leave')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
  t.equal(host.stderr, '')
})

t.test('a program sees nothing of the client but four variables', async t => {
  const host = begin(t, 'seen')
  const { env, ...seen } = await host.until('seen')
  t.match(seen, { argv: ['argument'], listeners: [], options: /^--require ".*client\.cjs" --no-warnings$/ })
  t.notMatch(seen.execArgv, [/client/])
  const ours = (env as string[]).filter(name => name.startsWith('OSQWATCH'))
  t.strictSame(ours.sort(), ['OSQWATCH_EVIDENCE', 'OSQWATCH_HOST', 'OSQWATCH_SOCKET'])
  await host.until('exit', ({ code }) => code === 0)
  await leave(host)
  await host.allGone()
})

t.test('a hang behind a shell is noticed while main is blocked', async t => {
  const host = begin(t, 'hang')
  const { to } = await host.until('free')
  const limit = await host.until('limit')
  t.match(limit, { verdict: 'heartbeat', hang: 'spinning' })
  const exit = await host.until('exit')
  t.ok(Number(limit.at) < Number(to) && Number(exit.at) < Number(to))
  await until('nobody is left of it', () => members(host).length === 0)
  await leave(host)
  t.equal(told(host, 'exit').length, 1)
  await host.allGone()
})

for (const scenario of ['memory', 'wrapper']) {
  t.test(`the limit of a pattern, and the end of the whole tree: ${scenario}`, async t => {
    const host = begin(t, scenario)
    t.match(await host.until('limit'), { limitName: 'memoryTotal' })
    await host.until('exit')
    await until('nobody is left of it', () => members(host).length === 0)
    await leave(host)
    await host.allGone()
  })
}

t.test('SIGKILL of the host: the tree goes, and the socket with its folder', async t => {
  const host = begin(t, 'tree')
  await host.until('up')
  const folder = await socketFolder(host)
  t.ok(members(host).length >= 3)
  host.kill('SIGKILL')
  await host.allGone()
  t.notOk(existsSync(folder))
})

t.test('a stop takes the socket away, and so does the end of the host', async t => {
  const stopped = begin(t, 'tree')
  await stopped.until('up')
  const first = await socketFolder(stopped)
  await leave(stopped)
  t.notOk(existsSync(first))
  await stopped.allGone()
})

t.test('the thread dies: its children live on, and their clients find the next one', async t => {
  const host = begin(t, 'tree')
  const { pid } = await host.until('ready')
  host.order('die')
  await host.until('fault', ({ message }) => String(message).includes('thread died'))
  await until('it is heard again', () => told(host, 'ready').length === 2)
  t.strictSame(
    told(host, 'ready').map(({ pid }) => pid),
    [pid, pid],
  )
  t.strictSame(told(host, 'exit'), [])
  await leave(host)
  await host.allGone()
})

t.test('a detached child outlives its host, and its client does not end it', async t => {
  const host = begin(t, 'detached')
  const { pid } = (await host.until('ready')) as Said & { pid: number }
  const kept = look(pid) as Seen
  t.teardown(() => killNow(pid))
  host.kill('SIGKILL')
  await host.ended()
  await until('the guard has done what it does', () => members(host).length === host.family().length)
  t.ok(isAlive(pid))
  killNow(pid)
  await until('it is gone', () => isGone(kept))
  await host.allGone()
})

t.test('one at a time; after its stop all is as it was, and a watcher that is there will do', async t => {
  const host = begin(t, 'twice')
  t.match(await host.until('twice'), {
    ...{ told: ['ERR_OSQWATCH_ADOPT'], isClean: true, after: false },
    ...{ same: true, names: ['sleep 1005', 'watcher'] },
  })
  host.order('leave')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
})

t.test('wrong options are told all at once', async t => {
  const host = begin(t, 'wrong')
  const { told, beside } = await host.until('wrong')
  t.strictSame([...(told as string[])].sort(), ['adopt.b', 'adopt["a *"].memroy', 'level', 'limits.latency'])
  t.strictSame([...(beside as string[])].sort(), ['level', 'watcher'])
  await leave(host)
  await host.allGone()
})

t.test("what the app's own worker threads start is not seen", async t => {
  const host = begin(t, 'worker')
  t.strictSame((await host.until('status')).names, ['watcher'])
  await leave(host)
  await host.allGone()
})
