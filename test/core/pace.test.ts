import fc from 'fast-check'
import t from 'tap'
import { observeMemory, openVitals, type Vitals } from '../../lib/core/measure.js'
import type { Policy } from '../../lib/core/model.js'
import {
  fastestGrowth,
  gapOf,
  overshootOf,
  type Pace,
  restretch,
  roomOf,
  timeLeft,
  timeToLimit,
} from '../../lib/core/pace.js'
import { policy } from './script.js'

const MB = 1024 * 1024
const OFF = Number.POSITIVE_INFINITY
const unlimited = { memory: OFF, memoryTotal: OFF, hardTotal: OFF, hardFootprint: OFF }
const rules = (changes: Partial<Policy>) =>
  policy({ ...unlimited, interval: 3_000, delay: 0, memoryGrowth: 1_000 * MB, ...changes })
const quick: Pace = { quickest: 20, stretch: 0 }

/** It holds so much at `at`, with the baseline at its first look, 50 MB. */
function holds(rss: number, at = 10_000): Vitals {
  const born = observeMemory(openVitals(0, 0), { at: 1, rss: 50 * MB, processes: 1 })
  return observeMemory(born, { at, rss, processes: 1 })
}

/** ms until the next look. */
function gap(vitals: Vitals, limits: Policy, at = 10_000, pace = quick): number {
  const wish = timeToLimit(vitals, limits, roomOf(vitals, limits, null), at)
  return Math.round(gapOf(wish, pace, limits.interval))
}

t.test('the next look comes when the fastest growth could have reached the limit', async t => {
  const limits = rules({ memoryTotal: 300 * MB })
  t.equal(gap(holds(100 * MB), limits), 200, '200 MB of room')
  t.equal(gap(holds(280 * MB), limits), 20, '20 MB')
  t.equal(gap(holds(299 * MB), limits), 20, 'never more often')
  t.equal(gap(holds(310 * MB), limits), 20, 'nor when it is over')
  t.equal(gap(holds(100 * MB), rules({ memoryTotal: 9_000 * MB })), 3_000, 'never rarer than interval')
  t.equal(gap(holds(100 * MB), rules({})), OFF, 'no limit, no look')
})

t.test('the nearest of all limits counts', async t => {
  const grown = holds(100 * MB)
  t.equal(gap(grown, rules({ memory: 150 * MB, memoryTotal: 1_000 * MB })), 100, 'above the baseline')
  t.equal(gap(grown, rules({ hardTotal: 160 * MB, memoryTotal: 1_000 * MB })), 60)
  t.equal(gap(grown, rules({ hardFootprint: 80 * MB })), 30)
})

t.test('a child that has shown more is expected to do it again', async t => {
  const slow = rules({ memoryTotal: 1_050 * MB, memoryGrowth: 100 * MB })
  t.equal(gap(holds(50 * MB), slow), 3_000)
  const burst = observeMemory(holds(50 * MB), { at: 10_020, rss: 150 * MB, processes: 1 })
  t.equal(fastestGrowth(burst, slow), 5_000 * MB)
  t.equal(gap(burst, slow, 10_020), 180)
  const off = { ...slow, memoryGrowth: 0 }
  t.equal(gap(holds(50 * MB), off), 3_000, 'nothing is expected but what was shown')
  t.equal(gap(burst, off, 10_020), 180)
})

t.test('a limit that is not enforced yet is not looked for; memoryHard is', async t => {
  const late = rules({ memoryTotal: 300 * MB, delay: 12_000 })
  t.equal(gap(holds(290 * MB), late), 2_000, 'delay has two seconds to go')
  t.equal(gap(holds(290 * MB), { ...late, hardTotal: 600 * MB }), 310)
})

t.test('before the baseline there is nothing to count from: the next look is the baseline’s', async t => {
  const newborn = observeMemory(openVitals(0, 2_000), { at: 500, rss: 3 * MB, processes: 1 })
  t.equal(gap(newborn, rules({ memory: 100 * MB }), 500), 1_500)
  t.equal(gap(newborn, rules({ memory: 100 * MB, memoryTotal: 303 * MB }), 500), 300)
})

t.test('stretched, the least urgent wait longer, and the most urgent last of all', async t => {
  const gaps = (stretch: number) =>
    [20, 40, 200, 1_000].map(wish => Math.round(gapOf(wish, { ...quick, stretch }, 3_000)))
  t.strictSame(gaps(0), [20, 40, 200, 1_000])
  t.strictSame(gaps(0.5), [20, 57, 632, 3_000])
  t.strictSame(gaps(1), [20, 80, 2_000, 3_000])
  t.strictSame(gaps(4), [20, 640, 3_000, 3_000])
  t.strictSame(gaps(6), [148, 3_000, 3_000, 3_000])
})

t.test('the order of urgency is kept, whatever the stretch, and so are the bounds', async t => {
  const wish = fc.double({ min: 0, max: 10_000, noNaN: true })
  const stretch = fc.double({ min: 0, max: 8, noNaN: true })
  fc.assert(
    fc.property(wish, wish, stretch, (one, other, stretch) => {
      const [sooner, later] = [Math.min(one, other), Math.max(one, other)].map(ms =>
        gapOf(ms, { ...quick, stretch }, 3_000),
      )
      return Number(sooner) <= Number(later) && Number(sooner) >= 20 && Number(later) <= 3_000
    }),
  )
  t.pass('for any two children')
})

t.test('the stretch settles where the looks cost their share, from either side', async t => {
  // 300 children with 200 MB of room each, 4 µs a look.
  const cost = (stretch: number) => (300 * 0.004) / gapOf(200, { ...quick, stretch }, 3_000)
  for (const share of [0.01, 0.002, 0.0005]) {
    let stretch = 0
    for (let second = 0; second < 30; second++) stretch = restretch(stretch, cost(stretch), share)
    t.ok(Math.abs(cost(stretch) / share - 1) < 0.1 || stretch === 0, `${share}: costs ${cost(stretch)} at ${stretch}`)
    for (let second = 0; second < 60; second++) stretch = restretch(stretch, cost(stretch) / 100, share)
    t.equal(stretch, 0, 'and goes back once most of them are gone')
  }
  t.equal(restretch(3, 1, OFF), 0, 'without a share there is no stretching')
})

t.test('what can be promised: 20 ms of the fastest growth, and more once the gaps are stretched', async t => {
  const room = { soft: 200 * MB, hard: OFF }
  const fastest = 1_000 * MB
  t.equal(overshootOf(200, quick, fastest, room), 20 * MB)
  t.equal(overshootOf(2_000, { ...quick, stretch: 1 }, fastest, room), 1_800 * MB)
  t.equal(overshootOf(20, { ...quick, stretch: 4 + Math.log(2) }, fastest, room), 40 * MB)
})

t.test('the promise is kept by any leak that is no faster than was expected', async t => {
  const share = fc.double({ min: 0.01, max: 1, noNaN: true })
  fc.assert(
    fc.property(share, fc.double({ min: 0, max: 3, noNaN: true }), (share, stretch) => {
      const limits = rules({ memoryTotal: 250 * MB })
      const pace = { ...quick, stretch }
      let [at, rss, promised] = [10_000, 50 * MB, 0]
      for (let vitals = holds(rss, at); rss <= limits.memoryTotal; vitals = holds(rss, at)) {
        const room = roomOf(vitals, limits, null)
        const next = gapOf(timeToLimit(vitals, limits, room, at), pace, limits.interval)
        promised = Math.max(promised, overshootOf(next, pace, limits.memoryGrowth, room))
        at += next
        rss += (share * limits.memoryGrowth * next) / 1_000
      }
      return rss - limits.memoryTotal <= promised + 1
    }),
  )
  t.pass('at any growth and stretch')
})

t.test('the forecast: time left at this growth, where there is a trend and a limit', async t => {
  const limits = rules({ memoryTotal: 1_050 * MB })
  let vitals = openVitals(0, 0)
  for (let at = 0; at <= 5_000; at += 250) {
    vitals = observeMemory(vitals, { at, rss: 50 * MB + at * 0.1 * MB, processes: 1 })
  }
  t.equal(timeLeft(vitals, roomOf(vitals, limits, null)), 5_000, '500 MB at 100 MB/s')
  t.equal(timeLeft(vitals, roomOf(vitals, rules({}), null)), null, 'no limit')
  const resting = observeMemory(observeMemory(vitals, { ...holds(0).memory, at: 9_000, rss: 550 * MB, processes: 1 }), {
    at: 30_000,
    rss: 550 * MB,
    processes: 1,
  })
  t.equal(timeLeft(resting, roomOf(resting, limits, null)), null, 'no trend any more')
})

t.test('the baseline is awaited only if a limit is counted from it', async t => {
  const newborn = observeMemory(openVitals(0, 2_000), { at: 500, rss: 3 * MB, processes: 1 })
  t.equal(gap(newborn, rules({ memoryTotal: 9_000 * MB }), 500), 3_000)
  t.equal(gap(newborn, rules({ hardFootprint: 100 * MB }), 500), 1_500)
})

t.test(
  'the stretch grows while samples cost more than their share, and shrinks while they cost less, between 0 and 8',
  async t => {
    t.equal(restretch(1, 0.02, 0.02), 1, 'at its share')
    t.equal(restretch(1, 0.04, 0.02), 1 + 0.3 * Math.log(2))
    t.equal(restretch(1, 0.01, 0.02), 1 - 0.3 * Math.log(2))
    t.equal(restretch(1, 0, 0.02), 1 + 0.3 * Math.log(0.1), 'the fastest decrease')
    t.equal(restretch(0.1, 0, 0.02), 0)
    t.equal(restretch(7.9, 1, 0.02), 8)
  },
)

t.test('headroom is counted to the nearest limit, by resident or proportional size', async t => {
  const vitals = holds(100 * MB)
  const limits = rules({ memory: 80 * MB, memoryTotal: 120 * MB, hardTotal: 500 * MB, hardFootprint: 160 * MB })
  t.strictSame(roomOf(vitals, limits, null), { soft: 20 * MB, hard: 110 * MB })
  t.strictSame(roomOf(vitals, limits, 70 * MB), { soft: 50 * MB, hard: 140 * MB })
  t.strictSame(roomOf(holds(150 * MB), limits, null), { soft: -30 * MB, hard: 60 * MB })
  t.strictSame(roomOf(vitals, rules({}), null), { soft: OFF, hard: OFF })
  const newborn = observeMemory(openVitals(0, 2_000), { at: 500, rss: 3 * MB, processes: 1 })
  t.strictSame(roomOf(newborn, rules({ memory: MB, hardFootprint: MB }), null), { soft: OFF, hard: OFF })
})

t.test('the expected growth is at least one byte a second', async t => {
  t.equal(fastestGrowth(holds(50 * MB), rules({ memoryGrowth: 0 })), 1)
  t.equal(fastestGrowth(holds(50 * MB), rules({ memoryGrowth: 7 })), 7)
})

t.test('the overshoot is counted from the nearer limit', async t => {
  t.equal(overshootOf(500, quick, 1_000 * MB, { soft: OFF, hard: 300 * MB }), 200 * MB)
  t.equal(overshootOf(500, quick, 1_000 * MB, { soft: 300 * MB, hard: 400 * MB }), 200 * MB)
})

t.test('a growing child over its limit has no time left', async t => {
  let vitals = openVitals(0, 0)
  for (let at = 0; at <= 5_000; at += 250)
    vitals = observeMemory(vitals, { at, rss: 50 * MB + at * 0.1 * MB, processes: 1 })
  const limits = rules({ hardTotal: 500 * MB })
  t.equal(timeLeft(vitals, roomOf(vitals, limits, null)), 0)
  t.equal(timeLeft(vitals, roomOf(vitals, rules({ hardTotal: 650 * MB, memoryTotal: 850 * MB }), null)), 1_000)
})

t.test('the time to a limit is its headroom divided by the expected growth', async t => {
  const limits = rules({ memoryTotal: 300 * MB })
  const vitals = holds(100 * MB)
  t.equal(timeToLimit(vitals, limits, roomOf(vitals, limits, null), 10_000), 200)
})
