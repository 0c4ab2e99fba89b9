import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import t from 'tap'
import { startTime } from '../../lib/os/identity.js'
import type { Probe } from '../../lib/os/ports.js'
import { CLOSED, Descriptors, type Kept } from '../../lib/os/sampler/descriptors.js'
import { ProcfsProcess } from '../../lib/os/sampler/process.js'
import { createProcfsSampler } from '../../lib/os/sampler/procfs.js'
import { fixture } from '../fixtures/paths.js'
import { blankMemory, blankPulse, blankSample, memory, open, pulse, sample } from './looks.js'
import { ended, type Owner, type Started, shell, sleeper, start } from './processes.js'

const files = (count: number): Kept[] => Array.from({ length: count }, () => ({ fd: CLOSED, turn: 0 }))

function want(descriptors: Descriptors, file: Kept): void {
  file.turn = descriptors.next()
  if (file.fd === CLOSED) descriptors.open(file, '/proc/self/stat')
}

t.test('there are never more than its most, and the coldest are closed first, several at once', async t => {
  const descriptors = new Descriptors(8)
  const [hot, ...others] = files(12) as [Kept, ...Kept[]]
  for (const file of others) {
    want(descriptors, hot)
    want(descriptors, file)
    t.ok([hot, ...others].filter(one => one.fd !== CLOSED).length <= 8)
  }
  t.not(hot.fd, CLOSED)
  t.strictSame(
    others.map(file => file.fd !== CLOSED),
    [false, false, false, false, true, true, true, true, true, true, true],
  )
  for (const file of [hot, ...others]) descriptors.close(file)
})

t.test('when others came short, half of what is open is given back, and not taken again', async t => {
  const descriptors = new Descriptors(64)
  const all = files(40)
  for (const file of all) want(descriptors, file)
  const isOpen = () => all.map(({ fd }) => fd !== CLOSED)
  descriptors.relent()
  t.strictSame(isOpen(), [...Array(20).fill(false), ...Array(20).fill(true)], 'the coldest')
  for (const file of all) want(descriptors, file)
  t.ok(isOpen().filter(Boolean).length <= 20)
  for (let n = 0; n < 9; n++) descriptors.relent()
  for (const file of all) want(descriptors, file)
  t.ok(isOpen().includes(true), 'some it needs')
  for (const file of all) descriptors.close(file)
})

t.test('what is wanted in the same turn is not closed in it', async t => {
  const descriptors = new Descriptors(2)
  const together = files(4)
  const turn = descriptors.next()
  for (const file of together) {
    file.turn = turn
    descriptors.open(file, '/proc/self/stat')
  }
  t.ok(together.every(file => file.fd !== CLOSED))
  for (const file of together) descriptors.close(file)
})

t.test('a file that is not there is not open', async t => {
  const descriptors = new Descriptors()
  const [file] = files(1) as [Kept]
  t.throws(() => descriptors.open(file, '/proc/self/none'), { code: 'ENOENT' })
  t.equal(file.fd, CLOSED)
  descriptors.close(file)
})

t.test('half of what the process may have is left to the host', async t => {
  const soft = Number(spawnSync('/bin/sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout)
  t.equal(new Descriptors().most, Math.floor(soft / 2))
})

t.test('more processes than descriptors: each look is an answer, and it is of the right process', async t => {
  const sampler = createProcfsSampler(new Descriptors(8))
  const started = await Promise.all(Array.from({ length: 12 }, () => sleeper(t)))
  const probes = started.map((one, index) => open(t, sampler, one, index % 2 === 0))
  for (let round = 0; round < 3; round++) {
    for (const probe of probes) {
      await sample(probe)
      await memory(probe)
      await pulse(probe)
      t.match(probe.members(), [{ pid: probe.pid, parent: process.pid }])
    }
    const kept = readdirSync('/proc/self/fd').length
    for (const probe of probes) await memory(probe)
    t.ok(readdirSync('/proc/self/fd').length <= kept + 8)
  }
  const [first] = started as [Started]
  first.child.kill('SIGKILL')
  await ended(first.child)
  t.equal(probes[0]?.lookAtMemory(blankMemory()), 'gone', 'also when nothing of it was open')
})

/** What stands in /proc under a pid that is somebody else's by now. */
class Reused extends Descriptors {
  from = 0
  to = 0

  override open(file: Kept, path: string): void {
    super.open(file, path.replaceAll(`/${this.from}/`, `/${this.to}/`))
  }
}

const parent = (t: Owner) => shell(t, 'sleep 100 & echo ready; wait')

t.test('a pid that is used again is not taken for the process, however little of it was open', async t => {
  const first = await sleeper(t)
  let second = await parent(t)
  // The kernel tells them in ticks.
  while (startTime(second.pid) === startTime(first.pid)) second = await parent(t)
  const ways: ((probe: Probe) => string)[] = [
    probe => probe.look(blankSample()),
    probe => probe.lookAtMemory(blankMemory()),
    probe => probe.pulse(blankPulse()),
  ]
  for (const ask of ways) {
    const descriptors = new Reused(8)
    const sampler = createProcfsSampler(descriptors)
    const probe = open(t, sampler, first)
    t.equal(ask(probe), 'seen')
    const others = files(32)
    for (const file of others) want(descriptors, file)
    descriptors.from = first.pid
    descriptors.to = second.pid
    t.equal(ask(probe), 'gone')
    t.strictSame(probe.members(), [])
    for (const file of others) descriptors.close(file)
  }
})

t.test('nor are its children', async t => {
  const first = await sleeper(t)
  let second = await parent(t)
  while (startTime(second.pid) === startTime(first.pid)) second = await parent(t)
  const descriptors = new Reused(8)
  const known = new ProcfsProcess(first.pid, descriptors, 4096)
  t.teardown(() => known.close())
  t.equal(known.readWho(), 'seen')
  descriptors.from = first.pid
  descriptors.to = second.pid
  first.child.kill('SIGKILL')
  await ended(first.child)
  t.strictSame(known.newChildren(new Map()), [])
  const stranger = new ProcfsProcess(second.pid, descriptors, 4096)
  t.teardown(() => stranger.close())
  t.equal(stranger.newChildren(new Map()).length, 1, 'they can be read')
})

t.test('with a low `ulimit -n`', async t => {
  const program = fixture('procfs-descriptors.ts')
  const node = [process.execPath, ...process.execArgv, program]
  const { line } = await start(t, '/bin/sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', ...node])
  t.strictSame(JSON.parse(line), {
    starved: ['seen'],
    many: ['seen'],
    isRight: true,
    without: 'nothing',
    fed: 'seen',
    startKnown: true,
  })
})

const canReuse = spawnSync('unshare', ['-Urpf', '--mount-proc', 'true']).status === 0
const skip = canReuse ? false : 'no namespace of pids to be had here, in which the next one can be chosen'

t.test('a pid that the kernel gives again', { skip }, async t => {
  const program = fixture('procfs-reuse.ts')
  const node = [process.execPath, ...process.execArgv, program]
  const { line } = await start(t, 'unshare', ['-Urpf', '--mount-proc', '--kill-child', ...node])
  t.strictSame(JSON.parse(line), { same: true, kept: 'gone', closed: 'gone', memory: 'gone', again: 'seen' })
})
