import fc from 'fast-check'
import t from 'tap'
import { type Growth, grow, isSteady, ungrown } from '../../lib/core/growth.js'
import type { MemorySample } from '../../lib/core/samples.js'

const MB = 1024 * 1024

function after(samples: readonly MemorySample[]): Growth {
  let last: MemorySample | null = null
  return samples.reduce((growth, sample) => {
    const next = grow(growth, last, sample)
    last = sample
    return next
  }, ungrown)
}

/** One look each `everyMs`; `rss` of the look's number. */
const looks = (count: number, everyMs: number, rss: (look: number) => number, processes = 1): MemorySample[] =>
  Array.from({ length: count }, (_, look) => ({ at: look * everyMs, rss: rss(look), processes }))

t.test('a leak of 100 MB/s is seen as that within a second or so, however often it is looked at', async t => {
  for (const everyMs of [20, 100, 250, 3_000]) {
    const leak = (look: number) => 50 * MB + (look * everyMs * 100 * MB) / 1_000
    const growth = after(looks(Math.ceil(1_500 / everyMs) + 5, everyMs, leak))
    t.ok(Math.abs(growth.perSecond - 100 * MB) < MB, `looked at each ${everyMs} ms: ${growth.perSecond / MB} MB/s`)
    t.ok(isSteady(growth))
  }
})

t.test('a child that rests is soon told to rest, however rarely it is looked at', async t => {
  const grown = (look: number) => 50 * MB + Math.min(look, 4) * 300 * MB
  t.ok(after(looks(7, 3_000, grown)).perSecond < MB, 'after two windows')
})

t.test('three rates are no trend yet', async t => {
  t.notOk(isSteady(after(looks(4, 250, look => look * MB))))
  t.ok(isSteady(after(looks(5, 250, look => look * MB))))
})

t.test('a heap that is collected again and again, one that rests, and one that shrinks, have no trend', async t => {
  t.notOk(isSteady(after(looks(60, 250, look => 50 * MB + (look % 5) * 20 * MB))))
  t.notOk(isSteady(after(looks(60, 250, () => 50 * MB))))
  t.notOk(isSteady(after(looks(60, 250, look => (100 - look) * MB))))
})

t.test('the fastest burst between two looks is kept, for that is what the child has shown', async t => {
  const burst = after(looks(20, 20, look => (look < 10 ? 50 : 150) * MB))
  t.equal(burst.fastest, (1_000 * 100 * MB) / 20)
  t.equal(after(looks(3, 5, look => look * 100 * MB)).fastest, 0, 'two looks within a moment measure nothing')
})

t.test('a process that joins or leaves is a jump, not growth', async t => {
  const joined = [...looks(9, 250, () => 50 * MB), { at: 2_250, rss: 300 * MB, processes: 2 }]
  t.match(after(joined), { perSecond: 0, fastest: 0 })
  const left = [...joined, { at: 2_500, rss: 50 * MB, processes: 1 }, { at: 2_750, rss: 50 * MB, processes: 1 }]
  t.match(after(left), { perSecond: 0, fastest: 0 })
})

t.test('the mean lies within the rates that it is made of, and the deviation is never negative', async t => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 2 }), sizes => {
      const growth = after(looks(sizes.length, 250, look => (sizes[look] as number) * MB))
      const rates = sizes.slice(1).map((size, look) => (size - (sizes[look] as number)) * 4 * MB)
      const within = growth.perSecond <= Math.max(...rates) + 1 && growth.perSecond >= Math.min(...rates) - 1
      return within && growth.deviation >= 0
    }),
  )
  t.pass('for any course')
})

const look = (at: number, megabytes: number, processes = 1): MemorySample => ({ at, rss: megabytes * MB, processes })

t.test('a growth rate spans at least 250 ms, and a burst at least 10 ms', async t => {
  const first = look(10_000, 50)
  const seen = grow(ungrown, null, first)
  t.strictSame(seen, { perSecond: 0, deviation: 0, rates: 0, since: first, fastest: 0 })
  t.match(grow(seen, first, look(10_249, 60)), { rates: 0, perSecond: 0, since: first })
  t.match(grow(seen, first, look(10_250, 60)), { rates: 1, perSecond: 40 * MB, deviation: 20 * MB })
  t.equal(grow(seen, first, look(10_009, 60)).fastest, 0)
  t.equal(grow(seen, first, look(10_010, 60)).fastest, 1_000 * MB)
  t.equal(grow(seen, null, look(10_100, 60)).fastest, 0, 'a burst needs a previous sample')
})

t.test('each growth rate starts where the previous one ended', async t => {
  const first = look(0, 50)
  const second = look(250, 60)
  const one = grow(grow(ungrown, null, first), first, second)
  t.equal(one.since, second)
  const two = grow(one, second, look(500, 80))
  const weight = 1 - Math.exp(-0.25)
  t.equal(two.rates, 2)
  t.equal(two.perSecond, 40 * MB + weight * 40 * MB, 'the mean moves by the weight of the time that passed')
  t.equal(two.deviation, 20 * MB + weight * 20 * MB)
  t.equal(two.fastest, 80 * MB)
})

t.test('a sample that changes nothing allocates nothing', async t => {
  const first = look(0, 50)
  const seen = grow(ungrown, null, first)
  t.equal(grow(seen, first, look(20, 50)), seen)
  t.equal(grow(seen, first, look(20, 40)), seen, 'shrinking is no burst')
  t.strictSame(grow(seen, first, look(20, 51)), { ...seen, fastest: 50 * MB })
})

t.test('growth is steady with four rates that deviate by less than a quarter of their mean', async t => {
  const trend = { ...ungrown, rates: 4, perSecond: 100, deviation: 24 }
  t.equal(isSteady(trend), true)
  t.equal(isSteady({ ...trend, rates: 3 }), false)
  t.equal(isSteady({ ...trend, deviation: 25 }), false)
  t.equal(isSteady({ ...trend, perSecond: 0, deviation: 0 }), false)
  t.equal(isSteady({ ...trend, perSecond: -100, deviation: 0 }), false)
})
