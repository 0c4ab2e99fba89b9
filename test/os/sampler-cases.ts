/** What every adapter of the sampler has to get right, on real processes. */
import type { Test } from 'tap'
import type { Sample } from '../../lib/core/model.js'
import { startTime } from '../../lib/os/identity.js'
import type { Probe, Sampler } from '../../lib/os/ports.js'
import { ended, node, type Started, sleeper, until, zombie } from './processes.js'

const MB = 2 ** 20
/** Ready to be told, by a line on its stdin, to do it. */
const BURNER = "process.stdin.once('data', () => { for (;;); }); console.log('ready')"
const LEAKER = `process.stdin.once('data', () => { globalThis.kept = Buffer.alloc(${100 * MB}, 1); console.log('done') })
  console.log('ready')`

export function open(t: Test, sampler: Sampler, { pid }: Started): Probe {
  const probe = sampler.open(pid)
  if (probe === null) throw new Error(`No such process: ${pid}`)
  t.teardown(() => probe.close())
  return probe
}

/** Looks until there is a sample that will do. */
export function sample(
  probe: Probe,
  what = 'a sample',
  isIt: (sample: Sample) => boolean = () => true,
): Promise<Sample> {
  return until(what, () => {
    const answer = probe.look()
    if (answer === 'gone') throw new Error(`Gone, before there was ${what}`)
    return answer !== null && isIt(answer) && answer
  })
}

export function samplerCases(t: Test, sampler: Sampler): void {
  t.test('a process that burns CPU shows it growing, no faster than time', async t => {
    const burner = await node(t, BURNER)
    const probe = open(t, sampler, burner)
    const first = await sample(probe)
    burner.child.stdin?.write('go\n')
    const later = await sample(probe, '300 ms of CPU', now => now.cpuMs >= first.cpuMs + 300)
    // Two cores at the most: its one thread, and what the runtime does beside it; and a tick at either end.
    t.ok(later.cpuMs - first.cpuMs <= 2 * (later.at - first.at) + 20, 'in ms, on the same clock')
  })

  t.test('an idle process shows none', async t => {
    const probe = open(t, sampler, await sleeper(t))
    const first = await sample(probe)
    const later = await sample(probe, 'a sample 300 ms later', now => now.at >= first.at + 300)
    t.ok(later.cpuMs - first.cpuMs <= 10)
  })

  t.test('one that allocates shows it in bytes', async t => {
    const leaker = await node(t, LEAKER)
    const probe = open(t, sampler, leaker)
    const first = await sample(probe)
    t.ok(first.rss > 10 * MB && first.rss < 200 * MB, `a fresh Node: ${first.rss}`)
    leaker.child.stdin?.write('go\n')
    const later = await sample(probe, '90 MB more', now => now.rss >= first.rss + 90 * MB)
    t.ok(later.rss < first.rss + 200 * MB)
  })

  t.test('the moment of a sample is on the clock of performance.now()', async t => {
    const before = performance.now()
    const { at } = await sample(open(t, sampler, await sleeper(t)))
    t.ok(at >= before && at <= performance.now())
  })

  t.test('one that ends is gone', async t => {
    const started = await sleeper(t)
    const probe = open(t, sampler, started)
    t.equal(probe.start, startTime(started.pid))
    await sample(probe)
    started.child.kill('SIGKILL')
    await ended(started.child)
    t.equal(probe.look(), 'gone')
    t.notOk(probe.traced())
    t.equal(sampler.open(started.pid), null, 'and there is nothing to open')
  })

  t.test('a zombie is gone', async t => {
    t.equal(sampler.open(await zombie(t)), null)
  })

  t.test('a closed probe tells nothing, and others go on', async t => {
    const [closed, other] = [open(t, sampler, await sleeper(t)), open(t, sampler, await sleeper(t))]
    await sample(closed)
    closed.close()
    closed.close()
    t.equal(closed.look(), null)
    t.ok(await sample(other))
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
