import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import t from 'tap'
import { createSampler } from '../../lib/os/sampler/index.js'
import { hasSchedule } from '../../lib/os/sampler/proc.js'
import { blankMemory, blankSample, memory, open, pids, pulse, sample } from './looks.js'
import { node, shell, sleeper, stateOf, until, zombie } from './processes.js'
import { samplerCases } from './sampler-cases.js'
import { treeCases } from './tree-cases.js'

const sampler = createSampler('auto')

samplerCases(t, sampler)
treeCases(t, sampler)

t.test('every look is an answer at once', async t => {
  const probe = open(t, sampler, await sleeper(t))
  t.equal(probe.lookAtMemory(blankMemory()), 'seen')
  t.equal(probe.look(blankSample()), 'seen')
})

t.test('a stopped process is T, and runs again', async t => {
  const started = await sleeper(t)
  const probe = open(t, sampler, started)
  process.kill(started.pid, 'SIGSTOP')
  await sample(probe, 'state T', now => now.state === 'T')
  await pulse(probe, 'state T', now => now.state === 'T')
  process.kill(started.pid, 'SIGCONT')
  await sample(probe, 'state S', now => now.state === 'S')
})

t.test('a name may be anything', async t => {
  const title = 'a) R 1\n2 ('
  const { pid } = await node(
    t,
    `process.title = ${JSON.stringify(title)}; console.log('ready'); setInterval(() => {}, 1000)`,
  )
  const probe = open(t, sampler, { pid })
  await sample(probe, 'state S', now => now.state === 'S')
  t.match(probe.members(), [{ pid, parent: process.pid, name: title }])
})

t.test('threads come and go, and their CPU stays', async t => {
  const burn = 'const since = process.cpuUsage(); for (let used; !(used >= 50e3); used = sum(process.cpuUsage(since)));'
  const sum = 'const sum = ({ user, system }) => user + system;'
  const script = `const { Worker } = require('node:worker_threads')
    let left = 8
    const next = () => left-- > 0 ? new Worker(${JSON.stringify(sum + burn)}, { eval: true }).on('exit', next) : console.log('done')
    process.stdin.once('data', next)
    console.log('ready')`
  const { pid, child } = await node(t, script)
  const probe = open(t, sampler, { pid })
  const { cpuMs } = await sample(probe)
  let isDone = false
  child.stdout?.once('data', () => {
    isDone = true
  })
  child.stdin?.write('go\n')
  const seen: number[] = []
  const { processes } = await sample(probe, 'all threads have ended', now => seen.push(now.cpuMs) > 0 && isDone)
  t.strictSame(
    seen,
    [...seen].sort((a, b) => a - b),
  )
  // A tick less, at either end.
  t.ok(Number(seen.at(-1)) >= cpuMs + 8 * 50 - 40)
  t.equal(processes, 1)
})

t.test('a process that becomes another program stays the same process', async t => {
  const { pid, child } = await shell(t, 'echo ready; read go; exec "$0" -c "echo done; exec sleep 100"')
  const probe = open(t, sampler, { pid })
  child.stdin?.write('go\n')
  const sights = new Set<string>()
  await until('it sleeps', () => {
    sights.add(probe.look(blankSample())).add(probe.lookAtMemory(blankMemory()))
    return probe.members()[0]?.name === 'sleep'
  })
  t.notOk(sights.has('gone'))
  t.equal((await sample(probe)).processes, 1)
})

const skip = hasSchedule ? false : 'this kernel does not tell'

t.test("the main thread's own CPU and its wait are told apart from the process's", { skip }, async t => {
  const script = `new (require('node:worker_threads').Worker)('for (;;);', { eval: true }); console.log('ready')`
  const probe = open(t, sampler, await node(t, script))
  const [first, beat] = [await sample(probe), await pulse(probe)]
  await sample(probe, '300 ms of CPU', now => now.cpuMs >= first.cpuMs + 300)
  const later = await pulse(probe)
  t.ok(later.ranMs - beat.ranMs < 150, 'another thread used it')
  t.ok(Number(later.waitMs) >= Number(beat.waitMs))
})

t.test("resident bytes are the kernel's own figure, whatever its page size", async t => {
  const started = await sleeper(t)
  const probe = open(t, sampler, started)
  process.kill(started.pid, 'SIGSTOP')
  const { rss } = await sample(probe, 'state T', now => now.state === 'T')
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${started.pid}/status`, 'latin1')) ?? []
  // VmRSS may lag by the counters of a few CPUs.
  t.ok(Math.abs(rss - Number(kilobytes) * 1024) < 512 * 1024, `${rss} bytes, ${kilobytes} kB`)
})

t.test('nobody traces a plain process', async t => {
  t.equal(open(t, sampler, await sleeper(t)).traced(), false)
})

t.test('a probe keeps its descriptors and gives them back', async t => {
  const started = await sleeper(t)
  for (const [tree, files] of [
    [false, ['schedstat', 'stat', 'statm']],
    [true, ['children', 'schedstat', 'stat', 'statm']],
  ] as const) {
    const probe = open(t, sampler, started, tree)
    for (let i = 0; i < 10; i++) {
      await sample(probe)
      await pulse(probe)
    }
    t.strictSame(keptOf(started.pid), files)
    probe.close()
    t.strictSame(keptOf(started.pid), [])
  }
})

t.test('opening what has ended keeps no descriptor', async t => {
  const pid = await zombie(t)
  t.equal(sampler.open(pid, true), null)
  t.strictSame(keptOf(pid), [])
})

t.test('neither does a member that has ended', async t => {
  const { pid, line } = await shell(t, 'sleep 100 & echo $!; wait; exec sleep 100')
  const probe = open(t, sampler, { pid })
  await sample(probe, 'two processes', now => now.processes === 2)
  t.strictSame(keptOf(Number(line)), ['children', 'stat', 'statm'])
  process.kill(Number(line), 'SIGKILL')
  // As a zombie it is still kept, for its CPU.
  await until('it is reaped', () => stateOf(Number(line)) === null)
  await sample(probe, 'one process', now => now.processes === 1)
  t.strictSame(keptOf(Number(line)), [])
  t.strictSame(keptOf(pid), ['children', 'stat', 'statm'])
})

t.test('children of other threads than the main one are found', async t => {
  const spawn = "console.log(require('node:child_process').spawn('sleep', ['100'], { stdio: 'ignore' }).pid)"
  const started = await node(t, `new (require('node:worker_threads').Worker)(${JSON.stringify(spawn)}, { eval: true })`)
  const probe = open(t, sampler, started)
  await sample(probe, 'two processes', now => now.processes === 2)
  t.strictSame(
    pids(probe),
    [started.pid, Number(started.line)].sort((a, b) => a - b),
  )
})

t.test('a process that is watched later than it began is known whole at the first look', async t => {
  // It leads its session, and its grandchild has another parent by now: only the census can tell.
  const script = `const { spawn } = require('node:child_process')
    const orphan = spawn('/bin/sh', ['-c', 'sleep 100 & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'] })
    orphan.stdout.once('data', pid => console.log(process.pid, process.ppid, Number(pid)))`
  const middle = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], { detached: true, stdio: 'inherit' })`
  const { line } = await node(t, middle)
  const [leader, , orphan] = line.split(' ').map(Number) as [number, number, number]
  t.teardown(() => process.kill(-leader, 'SIGKILL'))
  const probe = open(t, createSampler('auto'), { pid: leader })
  t.equal(probe.look(blankSample()), 'seen')
  t.strictSame(
    pids(probe),
    [leader, orphan].sort((a, b) => a - b),
  )
})

t.test('a zombie keeps its CPU, and is neither memory nor a process', async t => {
  const burn =
    'while (process.cpuUsage().user + process.cpuUsage().system < 300e3); console.log(process.pid); setInterval(() => {}, 1000)'
  const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(burn)}], { stdio: 'inherit' })
    setInterval(() => {}, 1000)`
  const { pid, line } = await node(t, script)
  const probe = open(t, sampler, { pid })
  const before = await sample(probe, 'two processes', now => now.processes === 2)
  process.kill(pid, 'SIGSTOP')
  await until('its parent is stopped', () => stateOf(pid) === 'T')
  process.kill(Number(line), 'SIGKILL')
  const stopped = await sample(probe, 'one process', now => now.processes === 1)
  t.ok(stopped.cpuMs >= before.cpuMs)
  t.equal((await memory(probe)).processes, 1)
  t.strictSame(pids(probe), [pid])
  t.equal((await sample(open(t, sampler, { pid }))).cpuMs, stopped.cpuMs, 'also for one who never saw it alive')
  process.kill(pid, 'SIGCONT')
  await until('it is reaped', () => stateOf(Number(line)) === null)
  const reaped = await sample(probe)
  t.ok(reaped.cpuMs >= stopped.cpuMs && reaped.cpuMs < stopped.cpuMs + 250, 'counted once')
})

/** Which of a process's files this one keeps open. */
function keptOf(pid: number): string[] {
  const links = readdirSync('/proc/self/fd').map(fd => readLink(`/proc/self/fd/${fd}`))
  return links
    .filter(link => link.startsWith(`/proc/${pid}/`))
    .map(link => basename(link))
    .sort()
}

/** '' for the one that read the directory, and is closed by now. */
function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
