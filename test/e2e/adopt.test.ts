/** Children that the app has started by itself, adopted: whole hosts, for only a parent can do it. */
import t from 'tap'
import { type Host, type Said, startHost } from './hosts.js'
import { isGone, look, type Seen } from './proc.js'
import { isAlive, killNow } from './processes.js'
import { until } from './until.js'

const exits = (host: Host) => host.said.filter(({ type }) => type === 'exit')

/** Everybody but the guards. */
const members = (host: Host) => host.family().filter(({ command }) => !command.includes('osqwatch-guard'))

/** All four of the scenario: who is just becoming another program has no environment for a moment. */
async function wholeFamily(host: Host) {
  // Its guard is there by then, and is nobody else any more.
  await host.until('adopted')
  await until('the family is complete', () => members(host).length === 4)
  return members(host)
}

async function leave(host: Host): Promise<void> {
  host.order('stop')
  await host.until('stopped')
  host.order('leave')
  await host.ended()
}

t.test('its end is told once, as the app is told of it', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'free')
  t.match(await host.until('name'), { name: 'read line; exit 7' })
  t.match(await host.until('adopt'), { child: 'read line; exit 7', life: 1 })
  t.match(await host.until('exit'), { code: 7, signal: null, cause: 'crashed' })
  t.match(await host.until('app'), { code: 7 })
  await leave(host)
  t.equal(exits(host).length, 1)
  t.equal(host.stderr, '')
  await host.allGone()
})

t.test('by its pid alone', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'pid')
  t.match(await host.until('adopt'), { child: 'by pid' })
  t.match(await host.until('exit'), { child: 'by pid' })
  await leave(host)
  t.equal(exits(host).length, 1)
  await host.allGone()
})

for (const { how, end } of [
  { how: 'exit 7', end: { code: 7, signal: null } },
  { how: 'kill -SEGV $$', end: { code: null, signal: 'SIGSEGV' } },
]) {
  t.test(`main is blocked, and its end is seen all the same: ${how}`, async t => {
    const host = startHost(t, 'host-adopt.mjs', 'blocked', how)
    const { to } = await host.until('free')
    const exit = await host.until('exit')
    t.match(exit, end)
    t.ok(Number(exit.at) < Number(to), 'while it was')
    t.match(await host.until('app'), end, 'the app is told by Node')
    await leave(host)
    t.equal(exits(host).length, 1)
    await host.allGone()
  })
}

t.test('what cannot be adopted is refused, and why', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'refusals')
  await host.until('done')
  const refusals = host.said.filter(({ type }) => type === 'refused')
  const messages = refusals.map(({ message }) => String(message).replace(/pid \d+/g, 'pid'))
  t.strictSame(messages.slice(0, 5), [
    'pid cannot be adopted: it has ended',
    'pid cannot be adopted: it has ended',
    'pid cannot be adopted: it is no child of this process',
    'pid -1 cannot be adopted: that is the pid of no child',
    'a child without a pid cannot be adopted: it was never started',
  ])
  t.strictSame(
    refusals.map(({ code }) => String(code).replace('ERR_OSQWATCH_', '')),
    [...Array(5).fill('ADOPT'), 'OPTIONS', ...['DUPLICATE_CHILD', 'DUPLICATE_CHILD', 'DUPLICATE_CHILD', 'ADOPTED']],
  )
  t.strictSame([...((refusals[5] as Said).options as string[])].sort(), [
    'keep',
    'limits.memroy',
    'more',
    'name',
    'tree',
  ])
  await leave(host)
  await host.allGone()
})

t.test('names of one command are told apart, and the last one is stopped first', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'names')
  await until('both have names', () => host.said.filter(({ type }) => type === 'name').length === 2)
  await leave(host)
  t.strictSame(
    exits(host).map(({ child }) => child),
    ['read line (2)', 'read line'],
  )
  await host.allGone()
})

t.test('a tree that leads no group and hears no SIGTERM is ended whole, and its host is not', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'family')
  await host.until('up')
  const family = await wholeFamily(host)
  host.order('remove family')
  await host.until('kill')
  await until('all of it is gone', () => !family.some(({ pid }) => isAlive(pid)))
  t.ok(isAlive(host.pid))
  await leave(host)
  await host.allGone()
})

t.test('SIGKILL of the host ends the whole tree', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'family')
  await host.until('up')
  await wholeFamily(host)
  host.kill('SIGKILL')
  await host.allGone()
})

t.test('the end of the host ends it, too', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'family')
  await host.until('up')
  await wholeFamily(host)
  host.order('ended')
  t.strictSame(await host.ended(), [0, null])
  await host.allGone()
})

t.test('the thread dies: an adopted child lives on, and is watched again', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'family')
  const { pid } = await host.until('adopted')
  await host.until('up')
  host.order('die')
  await host.until('fault', ({ message }) => String(message).includes('thread died'))
  const isAgain = () => host.said.filter(({ type }) => type === 'adopt').length === 2
  await until('it is adopted again', isAgain)
  t.ok(isAlive(pid as number))
  t.equal(exits(host).length, 0)
  host.order('remove family')
  t.match(await host.until('exit'), { signal: 'SIGKILL', pid })
  await leave(host)
  t.equal(exits(host).length, 1)
  await host.allGone()
})

t.test('one that is to be kept outlives the stop and the host', async t => {
  const host = startHost(t, 'host-adopt.mjs', 'kept')
  const { pid } = (await host.until('adopt')) as Said & { pid: number }
  const kept = look(pid) as Seen
  t.teardown(() => killNow(pid))
  await leave(host)
  t.ok(isAlive(pid))
  t.equal(exits(host).length, 0)
  killNow(pid)
  await until('it is gone', () => isGone(kept))
  await host.allGone()
})
