import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createSampler } from '../../lib/os/sampler/index.js'
import { node, sleeper, start, zombie } from './processes.js'
import { open, sample, samplerCases } from './sampler-cases.js'

const sampler = createSampler('auto')

samplerCases(t, sampler)

t.test('every look is an answer at once', async t => {
  t.match(open(t, sampler, await sleeper(t)).look(), { at: Number, cpuMs: Number, rss: Number, state: String })
})

t.test('a stopped process is T, and runs again', async t => {
  const started = await sleeper(t)
  const probe = open(t, sampler, started)
  process.kill(started.pid, 'SIGSTOP')
  await sample(probe, 'state T', now => now.state === 'T')
  process.kill(started.pid, 'SIGCONT')
  await sample(probe, 'state S', now => now.state === 'S')
})

const skip = existsSync('/proc/self/schedstat') ? false : 'this kernel does not tell'

t.test("the main thread's own CPU and its wait are told apart from the process's", { skip }, async t => {
  const script = `new (require('node:worker_threads').Worker)('for (;;);', { eval: true }); console.log('ready')`
  const probe = open(t, sampler, await node(t, script))
  const first = await sample(probe)
  const later = await sample(probe, '300 ms of CPU', now => now.cpuMs >= first.cpuMs + 300)
  t.ok(Number(later.mainMs) - Number(first.mainMs) < 150, 'another thread used it')
  t.ok(Number(later.waitMs) >= Number(first.waitMs))
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

t.test('a probe keeps three descriptors and gives them back', async t => {
  const started = await sleeper(t)
  const descriptors = () => readdirSync('/proc/self/fd').length
  const before = descriptors()
  const probe = open(t, sampler, started)
  t.equal(descriptors(), before + 3)
  probe.close()
  t.equal(descriptors(), before)
})

t.test('opening what has ended keeps no descriptor', async t => {
  const pid = await zombie(t)
  const before = readdirSync('/proc/self/fd').length
  t.equal(sampler.open(pid), null)
  t.equal(readdirSync('/proc/self/fd').length, before)
})

t.test('out of descriptors it tells nothing, and goes on when there are some', async t => {
  const fixture = fileURLToPath(new URL('../fixtures/procfs-descriptors.ts', import.meta.url))
  const node = [process.execPath, ...process.execArgv, fixture]
  const { line } = await start(t, '/bin/sh', ['-c', 'ulimit -n 128; exec "$@"', 'sh', ...node])
  t.strictSame(JSON.parse(line), { opened: true, without: null, withSome: null, with: 'sample', startKnown: true })
})
