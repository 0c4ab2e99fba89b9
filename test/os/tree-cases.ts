/** What every adapter of the sampler has to know of a child that is several processes. */
import { once } from 'node:events'
import type { Test } from 'tap'
import type { Sample } from '../../lib/core/samples.js'
import type { Sampler } from '../../lib/os/ports.js'
import { blankSample, memory, open, pids, sample } from './looks.js'
import { DEADLINE_MS, ended, node, type Owner, type Started, shell, start, stateOf, until } from './processes.js'

/** Why an adapter cannot know it. */
export interface Unknown {
  /** What a process used that ended before anybody saw it. */
  readonly reaped?: string
  readonly names?: string
}

/** A shell with a sleeping child, which it prints. */
const couple = (t: Owner) => shell(t, 'sleep 100 & echo $!; wait')
const numbers = (...values: unknown[]) => values.map(Number).sort((a, b) => a - b)

/** At the first line on its stdin it starts a process that burns 400 ms and then waits; at the second it kills that one. */
const FAMILY = `const burn = 'while (process.cpuUsage().user + process.cpuUsage().system < 400e3); setInterval(() => {}, 1000)'
  const start = () => {
    const child = require('node:child_process').spawn(process.execPath, ['-e', burn], { stdio: 'ignore' })
    child.on('exit', () => console.log('reaped'))
    process.stdin.once('data', () => child.kill('SIGKILL'))
  }
  process.stdin.once('data', start)
  console.log('ready')`

/** Says so, and settles when it has answered. */
async function tell({ child }: Started): Promise<void> {
  const answer = child.stdout && once(child.stdout, 'data', { signal: AbortSignal.timeout(DEADLINE_MS) })
  child.stdin?.write('go\n')
  await answer
}

export function treeCases(t: Test, sampler: Sampler, unknown: Unknown = {}): void {
  t.test('what a child starts is part of it', async t => {
    const { pid, line } = await couple(t)
    const probe = open(t, sampler, { pid })
    await sample(probe, 'two processes', now => now.processes === 2)
    // Their memory changes no more.
    process.kill(-pid, 'SIGSTOP')
    await until('both are stopped', () => stateOf(pid) === 'T' && stateOf(Number(line)) === 'T')
    const { rss } = await sample(probe)
    t.equal((await memory(probe)).processes, 2)
    const members = probe.members()
    t.match(members, [{ pid }, { pid: Number(line), parent: pid }], 'the first one foremost')
    t.equal(
      members.reduce((sum, member) => sum + member.rss, 0),
      rss,
    )
    t.strictSame(probe.strays(), [], 'a signal to its group reaches both')
  })

  t.test('their names are told', { skip: unknown.names ?? false }, async t => {
    const probe = open(t, sampler, await couple(t))
    await sample(probe, 'the second one is sleep', () => probe.members()[1]?.name === 'sleep')
    t.match(probe.members(), [{ name: /sh$/ }, { name: 'sleep' }])
  })

  t.test('without its tree a child is one process', async t => {
    const { pid } = await couple(t)
    const probe = open(t, sampler, { pid }, false)
    t.equal((await sample(probe)).processes, 1)
    t.strictSame(pids(probe), [pid])
  })

  t.test('a descendant can be watched alone', async t => {
    const { pid, line } = await couple(t)
    const whole = open(t, sampler, { pid })
    const part = open(t, sampler, { pid: Number(line) }, false)
    await sample(whole, 'two processes', now => now.processes === 2)
    t.equal((await sample(part)).processes, 1)
    t.strictSame(pids(part), [Number(line)])
  })

  t.test('who ends is no part of it any more', async t => {
    const { pid, line } = await shell(t, 'sleep 100 & echo $!; wait; exec sleep 100')
    const probe = open(t, sampler, { pid })
    await sample(probe, 'two processes', now => now.processes === 2)
    process.kill(Number(line), 'SIGKILL')
    await sample(probe, 'one process', now => now.processes === 1)
    t.strictSame(pids(probe), [pid])
  })

  t.test('who loses its parent stays: it is in the group', async t => {
    const { pid, line } = await shell(t, '(sleep 100 & echo $!); exec sleep 100')
    const probe = open(t, sampler, { pid })
    await sample(probe, 'two processes', now => now.processes === 2)
    t.strictSame(pids(probe), numbers(pid, line))
  })

  t.test('who leaves the group is still watched, and told as a stray', async t => {
    const leaver = "require('node:child_process').spawn('sleep', ['100'], { detached: true, stdio: 'ignore' }).pid"
    const { pid, line } = await node(t, `console.log(${leaver})`)
    t.teardown(() => process.kill(Number(line), 'SIGKILL'))
    const probe = open(t, sampler, { pid })
    await sample(probe, 'two processes', now => now.processes === 2)
    t.strictSame(probe.strays(), [Number(line)])
  })

  t.test('a child that is gone is gone, but who is left of it is known', async t => {
    const { child, pid, line } = await couple(t)
    const left = Number(line)
    t.teardown(() => process.kill(left, 'SIGKILL'))
    const probe = open(t, sampler, { pid })
    await sample(probe, 'two processes', now => now.processes === 2)
    process.kill(pid, 'SIGKILL')
    await ended(child)
    t.equal(probe.look(blankSample()), 'gone')
    t.strictSame(pids(probe), [left])
    t.strictSame(probe.strays(), [], 'it is in the group still')
  })

  t.test('CPU of the whole tree is told, and stays when its user has ended', async t => {
    const family = await node(t, FAMILY)
    const probe = open(t, sampler, family)
    const first = await sample(probe)
    family.child.stdin?.write('go\n')
    const isBurnt = (now: Sample) => now.processes === 2 && now.cpuMs >= first.cpuMs + 400
    const { cpuMs } = await sample(probe, 'two of them, and 400 ms', isBurnt)
    await tell(family)
    const after = await sample(probe, 'one process', now => now.processes === 1)
    t.ok(after.cpuMs >= cpuMs, 'of the one that ended, too')
    const later = await sample(probe, 'a sample 300 ms later', now => now.at >= after.at + 300)
    t.ok(later.cpuMs < cpuMs + 350, `counted once: ${first.cpuMs}, ${cpuMs}, ${after.cpuMs}, ${later.cpuMs}`)
  })

  t.test('CPU never falls, whoever comes and goes', async t => {
    const script =
      'echo ready; read go; for i in $(seq 100); do (sleep 0.01) & (sleep 0.02); done; echo done; exec sleep 100'
    const started = await shell(t, script)
    const probe = open(t, sampler, started)
    let isDone = false
    void tell(started).then(() => {
      isDone = true
    })
    const seen: number[] = []
    await sample(probe, 'all have gone', now => seen.push(now.cpuMs) > 0 && isDone)
    t.strictSame(
      seen,
      [...seen].sort((a, b) => a - b),
    )
  })

  t.test('what nobody saw is counted when its parent has waited for it', { skip: unknown.reaped ?? false }, async t => {
    // A little more than is asked for: the kernel tells it in ticks.
    const burn = '"$0" -e "while (process.cpuUsage().user + process.cpuUsage().system < 450e3);"'
    const script = `echo ready; read go; ${burn}; echo done; read go`
    const started = await start(t, '/bin/sh', ['-c', script, process.execPath])
    const probe = open(t, sampler, started)
    const { cpuMs } = await sample(probe)
    await tell(started)
    t.ok((await sample(probe)).cpuMs >= cpuMs + 400)
  })
}
