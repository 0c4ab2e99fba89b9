/** A token bucket that may be overdrawn. */
import fc from 'fast-check'
import t from 'tap'
import { Allowance } from '../../lib/core/allowance.js'

t.test('a bucket starts full, and refills at its rate', async t => {
  const allowance = new Allowance(1 / 1_000, 2, 5_000)
  t.strictSame([allowance.take(5_000), allowance.take(5_000), allowance.take(5_000)], [true, true, false])
  t.equal(allowance.take(5_999), false)
  t.equal(allowance.take(6_000), true)
  t.equal(allowance.take(6_000), false)
})

t.test('a bucket never holds more than its capacity', async t => {
  const allowance = new Allowance(1, 3, 0)
  const taken = Array.from({ length: 5 }, () => allowance.take(1_000_000))
  t.strictSame(taken, [true, true, true, false, false])
})

t.test('a refused request costs nothing', async t => {
  const allowance = new Allowance(1 / 1_000, 1, 0)
  t.equal(allowance.take(0), true)
  for (const now of [100, 200, 900, 999]) t.equal(allowance.take(now), false)
  t.equal(allowance.take(1_000), true)
})

t.test('spending may overdraw the bucket, which then refuses requests until the debt is repaid', async t => {
  const allowance = new Allowance(2, 10, 0)
  t.equal(allowance.debtMs, 0, 'there is no debt while there is something left')
  allowance.spend(10, 0)
  t.equal(allowance.debtMs, 0)
  allowance.spend(8, 0)
  t.equal(allowance.debtMs, 4, '8 at 2 each ms')
  allowance.spend(0, 1)
  t.equal(allowance.debtMs, 3)
  t.equal(allowance.take(4), false, 'the debt is repaid, and the bucket is empty')
  t.equal(allowance.take(4.5), true)
})

t.test('a bucket refills from its creation on', async t => {
  const allowance = new Allowance(1, 10, 1_000)
  allowance.spend(10, 1_000)
  allowance.spend(3, 1_002)
  t.equal(allowance.debtMs, 1)
})

t.test('a bucket never grants more than its capacity and what was refilled', async t => {
  const gaps = fc.array(fc.nat(300), { minLength: 1, maxLength: 100 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 5 }), (gaps, most) => {
      const allowance = new Allowance(1 / 100, most, 0)
      let [now, taken] = [0, 0]
      return gaps.every(gap => {
        now += gap
        if (allowance.take(now)) taken++
        return taken <= most + now / 100 + 1e-9
      })
    }),
  )
  t.pass('at any times')
})
