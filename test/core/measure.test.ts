import fc from 'fast-check'
import t from 'tap'
import {
  budget,
  footprint,
  heldOf,
  hotFor,
  observe,
  observeMemory,
  openVitals,
  type Vitals,
  voidWindow,
} from '../../lib/core/measure.js'
import type { Sample } from '../../lib/core/samples.js'
import { policy } from './script.js'

const sample = (at: number, cpuMs: number, rss = 50): Sample => ({ at, cpuMs, rss, processes: 1, state: 'S' })
const rules = policy({ interval: 3_000, utilization: 10, cores: 2 })
const watch = (samples: readonly Sample[], from: Vitals = openVitals(0, 0)) =>
  samples.reduce((vitals, one) => observe(vitals, one, rules), from)

t.test('the budget is a share of all processors over the time that really passed', async t => {
  t.equal(budget(3_000, rules), 600)
  t.equal(budget(4_500, rules), 900)
  t.equal(budget(3_000, policy({ utilization: Number.POSITIVE_INFINITY, cores: 2 })), Number.POSITIVE_INFINITY)
})

t.test('a window is hot only when strictly more than the budget was used', async t => {
  t.equal(watch([sample(0, 0), sample(3_000, 600)]).hotWindows, 0)
  t.equal(watch([sample(0, 0), sample(3_000, 601)]).hotWindows, 1)
  t.equal(watch([sample(0, 0), sample(4_500, 900)]).hotWindows, 0, 'a late look has more time to spend')
})

t.test('looks between two window ends see memory, and do not end the window', async t => {
  const vitals = watch([sample(0, 0), sample(1_000, 500, 90), sample(2_000, 590, 70)])
  t.equal(vitals.usage, null)
  t.equal(footprint(vitals), 20)
  t.equal(watch([sample(3_000, 610)], vitals).hotWindows, 1)
})

t.test('one cool window ends a hot streak', async t => {
  const hot = watch([sample(0, 0), sample(3_000, 1_000), sample(6_000, 2_000)])
  t.equal(hotFor(hot, rules), 6_000)
  t.equal(hotFor(watch([sample(9_000, 2_100)], hot), rules), 0)
})

t.test('a gap voids the open window, and neither heats nor cools the streak', async t => {
  const hot = watch([sample(0, 0), sample(3_000, 1_000)])
  const after = watch([sample(60_000, 50_000)], voidWindow(hot))
  t.equal(hotFor(after, rules), 3_000)
  t.equal(hotFor(watch([sample(63_000, 50_100)], after), rules), 0)
})

t.test('the baseline is taken once the program had its time to begin, and never from nothing', async t => {
  const vitals = watch([sample(0, 0, 3), sample(2_900, 0, 80)], openVitals(0, 3_000))
  t.equal(footprint(vitals), null)
  t.equal(footprint(watch([sample(3_000, 0, 40), sample(3_100, 0, 45)], vitals)), 5)
  t.equal(
    footprint(watch([sample(0, 0, 0), sample(3_000, 0, 30), sample(6_000, 0, 20)])),
    0,
    'shrinking is no footprint',
  )
})

t.test('any child that keeps to its budget is never hot, however its looks fall', async t => {
  const looks = fc.array(
    fc.record({ ms: fc.integer({ min: 1, max: 9_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  )
  fc.assert(
    fc.property(looks, looks => {
      let [at, cpuMs] = [0, 0]
      let vitals = watch([sample(0, 0)])
      for (const { ms, share } of looks) {
        at += ms
        cpuMs += Math.floor(budget(ms, rules) * share)
        vitals = watch([sample(at, cpuMs)], vitals)
        if (vitals.hotWindows > 0) return false
      }
      return true
    }),
  )
  t.pass('never hot')
})

t.test('windows shorter than a second would measure the kernel’s ticks: they are a second long', async t => {
  const quick = policy({ interval: 250, utilization: 10, cores: 1 })
  const at = [0, 250, 500, 750, 1_000].map(ms => sample(ms, ms))
  const vitals = at.reduce((seen, one) => observe(seen, one, quick), openVitals(0, 0))
  t.strictSame([vitals.usage?.elapsedMs, hotFor(vitals, quick)], [1_000, 1_000])
})

t.test('a look at memory alone is memory’s: it leaves the CPU window open, and may be the baseline', async t => {
  const opened = watch([sample(0, 0, 3)], openVitals(0, 3_000))
  const seen = observeMemory(opened, { at: 3_000, rss: 40, processes: 1 })
  t.equal(seen.window, opened.window)
  t.strictSame([seen.baseline, seen.baselineOnce, footprint(seen)], [40, 40, 0])
  t.equal(footprint(observeMemory(seen, { at: 3_100, rss: 45, processes: 1 })), 5)
})

t.test('of several processes the baseline is a sum, until it has been read', async t => {
  const seen = observeMemory(openVitals(0, 0), { at: 1, rss: 90, processes: 3 })
  t.strictSame([seen.baseline, seen.baselineOnce], [90, null])
  t.strictSame(heldOf(seen, 50), { rss: 50, baseline: 90, grown: 0 })
  t.strictSame(heldOf({ ...seen, baselineOnce: 30 }, 50), { rss: 50, baseline: 30, grown: 20 })
})

t.test("a window may be up to 10 ms short, one tick of the kernel's accounting", async t => {
  t.equal(watch([sample(0, 0), sample(2_989, 2_000)]).usage, null)
  t.strictSame(watch([sample(0, 0), sample(2_990, 2_000)]).usage, { elapsedMs: 2_990, cpuMs: 2_000, budgetMs: 598 })
})

t.test('each window starts where the previous one ended', async t => {
  const vitals = watch([sample(10_000, 700), sample(13_000, 900), sample(16_000, 1_600)])
  t.strictSame(vitals.usage, { elapsedMs: 3_000, cpuMs: 700, budgetMs: 600 })
  t.match(vitals, { hotWindows: 1, window: { at: 16_000 }, last: { at: 16_000 }, memory: { at: 16_000 } })
})

t.test('before the first sample the child holds nothing and has not grown', async t => {
  t.strictSame(heldOf(openVitals(0, 0), null), { rss: 0, baseline: null, grown: null })
  t.equal(footprint({ ...openVitals(0, 0), baseline: 50, baselineOnce: 50 }), null)
})

t.test('without CPU windows there is no sustained excess', async t => {
  t.equal(hotFor(openVitals(0, 0), policy({ interval: Number.POSITIVE_INFINITY })), 0)
})

t.test('a run starts without samples, and its baseline is taken once after the settling time', async t => {
  t.match(openVitals(5_000, 3_000), {
    ...{ bornAt: 5_000, baselineFrom: 8_000, baseline: null, baselineOnce: null, window: null, usage: null },
    ...{ last: null, memory: null, hotWindows: 0 },
  })
  const late = watch([sample(7_999, 0, 40), sample(8_000, 0, 60)], openVitals(5_000, 3_000))
  t.equal(late.baseline, 60)
  t.equal(watch([sample(9_000, 0, 90)], late).baseline, 60, 'it is taken once')
})

t.test('a single resident byte is a baseline, and none is not', async t => {
  const baseline = (rss: number) => observeMemory(openVitals(0, 0), { at: 1, rss, processes: 1 }).baseline
  t.strictSame([baseline(0), baseline(1)], [null, 1])
})

t.test('a proportional size is compared with a proportional baseline', async t => {
  const seen = { ...observeMemory(openVitals(0, 0), { at: 1, rss: 90, processes: 3 }), baselineOnce: 30 }
  t.strictSame(heldOf(seen, null), { rss: 90, baseline: 90, grown: 0 })
  t.strictSame(heldOf(seen, 25), { rss: 25, baseline: 30, grown: 0 })
})

t.test('a memory sample leaves the CPU measurements unchanged', async t => {
  const hot = watch([sample(0, 0), sample(3_000, 1_000), sample(4_000, 1_100, 70)], openVitals(0, 0))
  const memory = { at: 4_100, rss: 80, processes: 1 }
  const { growth, ...seen } = observeMemory(hot, memory)
  const { growth: before, ...rest } = hot
  t.strictSame(seen, { ...rest, memory })
  t.match(seen, { hotWindows: 1, usage: { cpuMs: 1_000 }, last: { at: 4_000 }, window: { at: 3_000 } })
  t.ok(growth.fastest > before.fastest, 'and updates the growth')
})

t.test('a gap discards the open window and nothing else', async t => {
  const hot = watch([sample(0, 0), sample(3_000, 1_000)])
  t.strictSame(voidWindow(hot), { ...hot, window: null })
  const opened = watch([sample(60_000, 9_000)], voidWindow(hot))
  t.equal(opened.window?.at, 60_000, 'the next sample opens a new window')
  t.equal(opened.usage, hot.usage)
})
