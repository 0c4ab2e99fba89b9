import { readFileSync } from 'node:fs'
import t from 'tap'
import { isSame, readStat, startTime } from '../../lib/os/identity.js'
import { ended, node, sleeper, until, zombie } from './processes.js'

t.test('a process is itself, until it ends', async t => {
  const { child, pid } = await sleeper(t)
  const start = startTime(pid)
  t.match(start, /^\d+$/)
  t.equal(start, readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')[21], "the kernel's own figure")
  t.ok(isSame({ pid, start }))
  t.notOk(isSame({ pid, start: String(Number(start) + 1) }), 'the pid is not enough')
  t.notOk(isSame({ pid, start: '' }), 'nobody has no start time here')

  child.kill('SIGKILL')
  await ended(child)
  t.notOk(isSame({ pid, start }))
  t.equal(startTime(pid), '')
})

t.test('a stopped process lives', async t => {
  const { pid } = await sleeper(t)
  const identity = { pid, start: startTime(pid) }
  process.kill(pid, 'SIGSTOP')
  t.ok(isSame(identity))
})

t.test('a zombie does not live, though kill(2) finds it', async t => {
  const pid = await zombie(t)
  t.doesNotThrow(() => process.kill(pid, 0), 'kill(2) finds it')
  t.match(startTime(pid), /^\d+$/)
  t.notOk(isSame({ pid, start: startTime(pid) }))
})

t.test('a name with brackets, spaces and a newline confuses nobody', async t => {
  const plain = await node(t, "console.log('ready'); setInterval(() => {}, 1000)")
  const odd = await node(t, "process.title = 'x) Z (1 2\\n3'; console.log('ready'); setInterval(() => {}, 1000)")
  await until('it has its name', () => readFileSync(`/proc/${odd.pid}/stat`, 'latin1').includes('(x) Z (1 2'))
  t.ok(Number(startTime(odd.pid)) >= Number(startTime(plain.pid)))
  t.equal(readStat(odd.pid)?.pgrp, odd.pid)
  t.ok(isSame({ pid: odd.pid, start: startTime(odd.pid) }))
})
