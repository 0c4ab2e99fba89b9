import t from 'tap'
import { isDying, isGroupDying } from '../../lib/os/dying.js'
import { hasProc } from '../../lib/os/identity.js'
import { ended, node, shell, sleeper, stateOf, until, zombie } from './processes.js'

const HOG = 'while :; do :; done'

t.test('who could run is only in want of a processor', { skip: !hasProc && 'needs /proc' }, async t => {
  const { child, pid } = await shell(t, `echo ready; ${HOG}`)
  await until('it runs', () => isDying(pid))
  t.ok(isGroupDying(pid))
  process.kill(pid, 'SIGSTOP')
  await until('it stands still', () => stateOf(pid) === 'T')
  t.notOk(isDying(pid), 'stopped')
  t.notOk(isGroupDying(pid))
  process.kill(pid, 'SIGKILL')
  await ended(child)
  t.ok(isDying(pid), 'it is gone, and only to be told of')
  t.notOk(isGroupDying(pid), 'nobody is left')
})

t.test('who sleeps has not heard of it', { skip: !hasProc && 'needs /proc' }, async t => {
  const { pid } = await sleeper(t)
  await until('it sleeps', () => stateOf(pid) === 'S')
  t.notOk(isDying(pid))
  t.notOk(isGroupDying(pid))
})

t.test('one thread that could run is enough', { skip: !hasProc && 'needs /proc' }, async t => {
  const { pid } = await node(
    t,
    `const { Worker } = require('node:worker_threads')
    const spins = new Worker("require('node:worker_threads').parentPort.postMessage(0); for (;;) ;", { eval: true })
    const sleep = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    spins.once('message', () => console.log('spins') || setImmediate(sleep))`,
  )
  await until('its first thread sleeps', () => stateOf(pid) === 'S')
  await until('another runs', () => isDying(pid))
  t.ok(isGroupDying(pid))
})

t.test('a zombie is only to be reaped, and no member that is still to end', async t => {
  const pid = await zombie(t)
  t.equal(isDying(pid), hasProc)
  t.notOk(isGroupDying(pid))
})

t.test('a member of the group, whoever leads it', { skip: !hasProc && 'needs /proc' }, async t => {
  const { pid } = await shell(t, `(${HOG}) & echo ready; wait`)
  await until('it waits', () => stateOf(pid) === 'S')
  await until('another runs', () => isGroupDying(pid))
  t.notOk(isDying(pid))
})
