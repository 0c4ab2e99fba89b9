/** What looks at memory cost the watcher's thread, and how their gaps are stretched so that it stays within its share. */
import t from 'tap'
import { Thrift } from '../../lib/supervisor/thrift.js'

/** So small that each second is over it, and the stretch tells how much was spent. */
const SHARE = 1e-6
/** As restretch() corrects it in one second. */
const spentAt = (stretch: number) => SHARE * Math.exp(stretch / 0.3)

interface WakeUp {
  readonly looks?: number
  readonly others?: number
  /** ms by the clock */
  readonly inside: number
}

/** ms of CPU that count as spent on looks in one second of these wake-ups, in which the thread used `threadMs`. */
function spent(wakeUps: readonly WakeUp[], threadMs: number): number {
  let used = 500
  const thrift = new Thrift(SHARE, 20, 0, () => used)
  let now = 100
  for (const { looks = 0, others = 0, inside } of wakeUps) {
    for (let look = 0; look < looks; look++) thrift.did('look')
    for (let other = 0; other < others; other++) thrift.did('other')
    thrift.woke(now, now + inside)
    now += inside
  }
  used += threadMs
  thrift.woke(1_000, 1_000)
  return Math.round(1e6 * spentAt(thrift.pace.stretch)) / 1_000
}

t.test('looks cost what they took, and the wake-ups that were made for them', async t => {
  const look = { looks: 1, inside: 1 }
  t.equal(spent([look, look, look], 3), 3.06, 'a wake-up costs at least 0.02 ms')
  t.equal(spent([look, look, look], 3.4), 3.3, 'four wake-ups used 0.4 ms beside what was done in them')
  t.equal(spent([look, look, look], 90), 4.2, 'but not more than 0.4 ms each: the rest was something else')
  t.equal(spent([{ looks: 10, inside: 10 }], 10), 10.02, 'many looks share a wake-up')
})

t.test('what else is done costs the looks nothing', async t => {
  t.equal(spent([{ others: 1, inside: 100 }], 100), spent([], 0))
  t.equal(spent([{ looks: 1, others: 3, inside: 8 }], 8), 2.02, 'of a wake-up for four children, a quarter')
  t.equal(
    spent(
      [
        { looks: 1, inside: 1 },
        { others: 1, inside: 50 },
      ],
      51,
    ),
    1.02,
    'each wake-up is counted for itself',
  )
})

t.test('time in which others had the processor is not its cost', async t => {
  t.equal(spent([{ looks: 1, inside: 100 }], 10), 10.02)
  t.equal(spent([{ looks: 1, inside: 10 }], 10), 10.02)
})

t.test('once a second it is settled, and each second for itself', async t => {
  let used = 0
  const thrift = new Thrift(0.01, 20, 0, () => used)
  const stretches: number[] = []
  const second = (n: number, lookMs: number) => {
    const at = 1_000 * n
    thrift.did('look')
    used += lookMs
    thrift.woke(at + 100, at + 100 + lookMs)
    thrift.woke(at + 999, at + 999)
    stretches.push(thrift.pace.stretch)
    thrift.woke(at + 1_000, at + 1_000)
    stretches.push(thrift.pace.stretch)
  }
  second(0, 9)
  t.strictSame(stretches.splice(0), [0, 0], '9 ms are within 1 %')
  second(1, 100)
  const [before, after = 0] = stretches.splice(0)
  t.equal(before, 0, 'the second is not over')
  t.ok(after > 0.6 && after < 0.8, `ten times its share: ${after}`)
  second(2, 0.1)
  const [kept, relaxed = 9] = stretches.splice(0)
  t.equal(kept, after)
  t.ok(relaxed < 0.1, `a hundredth of its share: ${relaxed}`)
  t.equal(thrift.pace.quickest, 20)
})

t.test('without a share nothing is stretched', async t => {
  let used = 0
  const thrift = new Thrift(Number.POSITIVE_INFINITY, 20, 0, () => used)
  thrift.did('look')
  used = 900
  thrift.woke(0, 1_000)
  t.equal(thrift.pace.stretch, 0)
})
