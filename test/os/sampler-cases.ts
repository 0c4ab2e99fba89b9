/** What every adapter of the sampler has to get right, on real processes. Trees have their own cases, in tree-cases.ts. */
import type { Test } from 'tap'
import { startTime } from '../../lib/os/identity.js'
import type { Sampler } from '../../lib/os/ports.js'
import { blankMemory, blankPulse, blankSample, memory, open, pids, pulse, sample } from './looks.js'
import { ended, node, sleeper, zombie } from './processes.js'

const MB = 2 ** 20
/** Ready to be told, by a line on its stdin, to do it. */
const BURNER = "process.stdin.once('data', () => { for (;;); }); console.log('ready')"
const LEAKER = `process.stdin.once('data', () => { globalThis.kept = Buffer.alloc(${100 * MB}, 1); console.log('done') })
  console.log('ready')`

export function samplerCases(t: Test, sampler: Sampler): void {
  for (const tree of [false, true]) {
    t.test(tree ? 'with its tree' : 'one process', async t => oneProcessCases(t, sampler, tree))
  }

  t.test('a zombie is gone', async t => {
    t.equal(sampler.open(await zombie(t), true), null)
  })

  t.test('the look at itself', async t => {
    const first = sampler.self()
    const until = performance.now() + 100
    while (performance.now() < until);
    const later = sampler.self()
    t.ok(later.threadMs > first.threadMs)
    t.ok(later.threadMs - first.threadMs + later.waitMs - first.waitMs >= 50, 'it ran, or it waited for a CPU')
    t.ok(later.rss > 10 * MB)
    t.ok(later.heapUsed > MB && later.heapUsed < later.heapLimit)
  })
}

function oneProcessCases(t: Test, sampler: Sampler, tree: boolean): void {
  t.test('a process that burns CPU shows it growing, no faster than time', async t => {
    const burner = await node(t, BURNER)
    const probe = open(t, sampler, burner, tree)
    const first = await sample(probe)
    burner.child.stdin?.write('go\n')
    const later = await sample(probe, '300 ms of CPU', now => now.cpuMs >= first.cpuMs + 300)
    // Two cores at the most: its one thread, and what the runtime does beside it; and a tick at either end.
    t.ok(later.cpuMs - first.cpuMs <= 2 * (later.at - first.at) + 20, 'in ms, on the same clock')
  })

  t.test('an idle process shows none', async t => {
    const probe = open(t, sampler, await sleeper(t), tree)
    const first = await sample(probe)
    const later = await sample(probe, 'a sample 300 ms later', now => now.at >= first.at + 300)
    t.ok(later.cpuMs - first.cpuMs <= 10)
  })

  t.test('one that allocates shows it in bytes, in either look', async t => {
    const leaker = await node(t, LEAKER)
    const probe = open(t, sampler, leaker, tree)
    const { rss } = await sample(probe)
    t.ok(rss > 10 * MB && rss < 200 * MB, `a fresh Node: ${rss}`)
    leaker.child.stdin?.write('go\n')
    const later = await sample(probe, '90 MB more', now => now.rss >= rss + 90 * MB)
    t.ok(later.rss < rss + 200 * MB)
    t.ok(Math.abs((await memory(probe)).rss - later.rss) < 20 * MB)
  })

  t.test('the moment of a look is on the clock of performance.now()', async t => {
    const probe = open(t, sampler, await sleeper(t), tree)
    const before = performance.now()
    await sample(probe)
    for (const { at } of [await sample(probe), await memory(probe), await pulse(probe)]) {
      t.ok(at >= before && at <= performance.now())
    }
  })

  t.test('a process without children is one process', async t => {
    const started = await sleeper(t)
    const probe = open(t, sampler, started, tree)
    await sample(probe, 'one process', now => now.processes === 1)
    t.equal((await memory(probe)).processes, 1)
    t.match(probe.members(), [{ pid: started.pid, name: String, rss: Number, cpuMs: Number }])
    t.strictSame(probe.strays(), [])
  })

  t.test('one that ends is gone', async t => {
    const started = await sleeper(t)
    const probe = open(t, sampler, started, tree)
    t.equal(probe.start, startTime(started.pid))
    await sample(probe)
    started.child.kill('SIGKILL')
    await ended(started.child)
    t.equal(probe.look(blankSample()), 'gone')
    t.equal(probe.lookAtMemory(blankMemory()), 'gone')
    t.equal(probe.pulse(blankPulse()), 'gone')
    t.strictSame(pids(probe), [])
    t.notOk(probe.traced())
    t.equal(sampler.open(started.pid, tree), null, 'and there is nothing to open')
  })

  t.test('a closed probe tells nothing, and others go on', async t => {
    const closed = open(t, sampler, await sleeper(t), tree)
    const other = open(t, sampler, await sleeper(t), tree)
    await sample(closed)
    closed.close()
    closed.close()
    t.equal(closed.look(blankSample()), 'nothing')
    t.equal(closed.lookAtMemory(blankMemory()), 'nothing')
    t.equal(closed.pulse(blankPulse()), 'nothing')
    t.strictSame([closed.members(), closed.strays(), closed.traced()], [[], [], false])
    t.equal((await sample(other)).processes, 1)
  })
}
