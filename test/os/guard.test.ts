import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { createGuard } from '../../lib/os/guard.js'
import { isSame, readStat, startTime } from '../../lib/os/identity.js'
import type { Identity } from '../../lib/os/ports.js'
import { fixture } from '../fixtures/paths.js'
import { ended, sleeper, start, stateOf, until } from './processes.js'

/** Pids of the guards that a host started. */
function guards(host = process.pid): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 1 && isGuard(pid, host))
}

function isGuard(pid: number, host: number): boolean {
  try {
    const isChild = readFileSync(`/proc/${pid}/status`, 'latin1').includes(`PPid:\t${host}\n`)
    return isChild && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('\0osqwatch-guard\0')
  } catch {
    return false
  }
}

function identity(pid: number): Identity {
  return { pid, start: startTime(pid) }
}

function guardHost(): string {
  return fixture('guard-host.ts')
}

t.test('nothing is started before there is a child, and close leaves nothing', async t => {
  const guard = createGuard()
  t.strictSame(guards(), [])
  await guard.close()

  const used = createGuard()
  const child = await sleeper(t)
  used.watch(identity(child.pid), 1000)
  const pid = guards()[0] as number
  t.ok(pid > 1)
  t.equal(readStat(pid)?.session, pid, 'in a session of its own')
  used.forget(child.pid)
  await Promise.all([used.close(), used.close()])
  t.equal(readStat(pid), null, 'gone, and reaped')
  t.equal(stateOf(child.pid), 'S')
  used.watch(identity(child.pid), 1000)
  used.forget(child.pid)
  t.strictSame(guards(), [], 'closed is closed')
})

t.test('opened, it is there before the first child', async t => {
  const guard = createGuard()
  guard.open()
  guard.open()
  t.equal(guards().length, 1)
  await guard.close()
  guard.open()
  t.strictSame(guards(), [])
})

t.test('close ends who is still listed', async t => {
  const guard = createGuard()
  const child = await sleeper(t)
  guard.watch(identity(child.pid), Number.POSITIVE_INFINITY)
  await guard.close()
  t.equal(await ended(child.child), 'SIGTERM')
})

t.test('a stopped guard does not keep close waiting', async t => {
  const guard = createGuard()
  const child = await sleeper(t)
  guard.watch(identity(child.pid), 1000)
  const pid = await until('there is a guard', () => guards()[0])
  process.kill(pid, 'SIGSTOP')
  await until('it stands still', () => stateOf(pid) === 'T')
  await guard.close()
  t.equal(await ended(child.child), 'SIGTERM', 'and who is still listed is ended')
})

t.test('a killed guard is replaced, and knows the whole list', async t => {
  const messages: string[] = []
  const guard = createGuard({ onLost: message => messages.push(message) })
  const [first, second, forgotten] = [await sleeper(t), await sleeper(t), await sleeper(t)]
  for (const { pid } of [first, forgotten]) guard.watch(identity(pid), 1000)
  const lost = await until('there is a guard', () => guards()[0])
  process.kill(lost, 'SIGKILL')
  guard.watch(identity(second.pid), 1000)
  guard.forget(forgotten.pid)
  await until('there is another one', () => guards().some(pid => pid !== lost))
  t.equal(messages.length, 1)
  t.match(messages[0], /lost \(SIGKILL\)/)
  await guard.close()
  t.strictSame([await ended(first.child), await ended(second.child)], ['SIGTERM', 'SIGTERM'])
  t.equal(stateOf(forgotten.pid), 'S')
})

t.test('after SIGKILL of the host nothing is left, the guard neither', async t => {
  const host = await start(t, process.execPath, [...process.execArgv, guardHost()])
  const child = identity(Number(host.line))
  const guard = identity(await until('it has its guard', () => guards(host.pid)[0]))
  process.kill(host.pid, 'SIGKILL')
  await until('the child is gone', () => !isSame(child))
  await until('the guard is gone', () => !isSame(guard))
})

t.test('a guard keeps no host alive, and its child ends with the host', async t => {
  const host = await start(t, process.execPath, [...process.execArgv, guardHost(), 'unref'])
  const child = identity(Number(host.line))
  t.equal(await ended(host.child), 0)
  await until('the child is gone', () => !isSame(child))
})
