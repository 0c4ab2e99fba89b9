import t from 'tap'
import { readStat } from '../../lib/os/identity.js'
import { signals } from '../../lib/os/signals.js'
import { ended, shell, sleeper, stateOf, until, zombie } from './processes.js'

const family = 'sleep 100 & echo $!; wait'

t.test('one: to that pid and nobody else', async t => {
  const { child, pid, line } = await shell(t, family)
  t.ok(signals.one(pid, 'SIGTERM'))
  t.equal(await ended(child), 'SIGTERM')
  t.ok(signals.groupAlive(pid), 'the other member lives on')
  t.ok(signals.one(Number(line), 'SIGKILL'))
  await until('the group is empty', () => !signals.groupAlive(pid))
  t.notOk(signals.one(pid, 'SIGTERM'), 'no such process')
})

t.test('group: to every member, also when the leader is gone', async t => {
  const { child, pid } = await shell(t, family)
  process.kill(pid, 'SIGKILL')
  await ended(child)
  t.ok(signals.group(pid, 'SIGTERM'))
  await until('the group is empty', () => !signals.groupAlive(pid))
})

t.test('a group that is empty says so', async t => {
  const { child, pid } = await sleeper(t)
  t.ok(signals.groupAlive(pid))
  t.ok(signals.group(pid, 'SIGKILL'))
  t.equal(await ended(child), 'SIGKILL')
  t.notOk(signals.group(pid, 'SIGTERM'))
  t.notOk(signals.groupAlive(pid))
})

t.test('a stopped member is alive', async t => {
  const { pid } = await sleeper(t)
  signals.group(pid, 'SIGSTOP')
  await until('it stands still', () => stateOf(pid) === 'T')
  t.ok(signals.groupAlive(pid))
})

t.test('a zombie that nobody reaps is not', async t => {
  const pid = await zombie(t)
  t.doesNotThrow(() => process.kill(-pid, 0), 'kill(2) says otherwise')
  t.notOk(signals.groupAlive(pid))
})

t.test('who belongs to a child: itself, its group and its session, and no stranger', async t => {
  const { pid } = await sleeper(t)
  const other = await sleeper(t)
  t.ok(signals.isMember(pid, pid))
  t.notOk(signals.isMember(other.pid, pid))
  t.notOk(signals.isMember(process.pid, pid))
  const stat = readStat('self')
  t.ok(signals.isMember(process.pid, stat?.session as number), 'of one session')
})

t.test('nothing that could mean init, everybody, or ourselves', async t => {
  for (const pid of [0, 1, -1, -7, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => signals.one(pid, 'SIGCONT'), RangeError, `one ${pid}`)
    t.throws(() => signals.group(pid, 'SIGCONT'), RangeError, `group ${pid}`)
    t.throws(() => signals.groupAlive(pid), RangeError, `groupAlive ${pid}`)
  }
  t.throws(() => signals.group(process.pid, 'SIGCONT'), RangeError)
  t.throws(() => signals.group(readStat('self')?.pgrp as number, 'SIGCONT'), RangeError)
})
