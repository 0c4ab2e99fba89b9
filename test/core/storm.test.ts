import fc from 'fast-check'
import t from 'tap'
import { Failures, jitter, Storm, TOGETHER_MS, Turns } from '../../lib/core/storm.js'

const MINUTE = 60_000

t.test('so many within a minute go at once; the next goes when the first of them is a minute ago', async t => {
  const turns = new Turns(2)
  t.strictSame([turns.ask('a', 0), turns.ask('b', 10_000), turns.ask('c', 20_000)], [true, true, false])
  t.ok(turns.has('c'))
  t.equal(turns.lastAt(20_000), 60_000)
  t.equal(turns.askAgainAt(20_000), 60_000)
  t.equal(turns.ask('c', 59_999), false)
  t.equal(turns.ask('c', 60_000), true)
  t.notOk(turns.has('c'))
})

t.test('first come, first served: who comes later waits behind the queue, though there is a place', async t => {
  const turns = new Turns(1)
  turns.ask('a', 0)
  turns.ask('b', 1)
  turns.ask('c', 2)
  t.equal(turns.lastAt(2), 2 * MINUTE, 'b goes after one minute, c after two')
  t.equal(turns.ask('d', MINUTE), false)
  t.equal(turns.ask('c', MINUTE), false)
  t.equal(turns.askAgainAt(MINUTE), MINUTE + 1_000, 'b has not come yet')
  t.equal(turns.ask('b', MINUTE), true)
  t.equal(turns.askAgainAt(MINUTE), 2 * MINUTE)
})

t.test('who gives up its place lets the others move up; what cannot wait counts all the same', async t => {
  const turns = new Turns(2)
  turns.count(0)
  turns.count(0)
  turns.count(0)
  for (const who of ['a', 'b', 'c']) t.equal(turns.ask(who, 1), false)
  turns.leave('a')
  t.strictSame([turns.ask('b', MINUTE), turns.ask('c', MINUTE)], [true, true])
})

t.test('off: nobody ever waits', async t => {
  const turns = new Turns(Number.POSITIVE_INFINITY)
  for (let n = 0; n < 1_000; n++) t.equal(turns.ask(`child ${n}`, 0), true)
})

const order = fc.record({
  ms: fc.nat(40_000),
  who: fc.integer({ min: 0, max: 9 }).map(String),
  what: fc.constantFrom('ask', 'ask', 'ask', 'leave', 'count'),
} as const)
const most = fc.integer({ min: 1, max: 4 })

t.test('whatever happens, nobody goes while there were enough within the minute before', async t => {
  fc.assert(
    fc.property(most, fc.array(order, { maxLength: 200 }), (most, orders) => {
      const turns = new Turns(most)
      const taken: number[] = []
      let now = 0
      for (const { ms, who, what } of orders) {
        now += ms
        const before = taken.filter(at => at > now - MINUTE).length
        if (what === 'leave') turns.leave(who)
        if (what === 'count') turns.count(now)
        const goes = what === 'ask' && turns.ask(who, now)
        if (goes && before >= most) return false
        if (goes || what === 'count') taken.push(now)
      }
      return true
    }),
  )
  t.pass('random orders')
})

t.test(
  'those that ask again when they are told to all go, in their order, and when the last was told it would',
  async t => {
    fc.assert(
      fc.property(most, fc.integer({ min: 1, max: 30 }), fc.nat(100_000), (most, count, from) => {
        const turns = new Turns(most)
        const gone: string[] = []
        let now = from
        let queue = Array.from({ length: count }, (_, n) => String(n))
        const foretold: number[] = []
        const went: number[] = []
        for (const who of queue) {
          const goes = turns.ask(who, now)
          foretold.push(goes ? now : turns.lastAt(now))
        }
        went.push(...foretold.filter(at => at === now))
        gone.push(...queue.filter(who => !turns.has(who)))
        queue = queue.filter(who => turns.has(who))
        while (queue.length > 0) {
          now = turns.askAgainAt(now)
          for (const who of queue) {
            if (!turns.ask(who, now)) continue
            gone.push(who)
            went.push(now)
          }
          queue = queue.filter(who => turns.has(who))
        }
        const inOrder = gone.every((who, n) => Number(who) === n)
        return inOrder && went.every((at, n) => at === foretold[n])
      }),
    )
    t.pass('random queues')
  },
)

t.test('together: another failed shortly before, or since; alone: nobody else, or long ago', async t => {
  const failures = new Failures()
  t.equal(failures.areTogether('a'), false)
  failures.note('a', 0)
  failures.note('a', 100)
  t.equal(failures.areTogether('a'), false, 'its own former failures are its own')
  failures.note('b', TOGETHER_MS + 100)
  t.equal(failures.areTogether('b'), true)
  t.equal(failures.areTogether('a'), true, 'b has failed since')
  failures.note('b', 2 * TOGETHER_MS)
  t.equal(failures.areTogether('b'), false, 'a is longer ago now')
  failures.note('a', 3 * TOGETHER_MS)
  t.equal(failures.areTogether('a'), true)
})

t.test('one that fails alone, however often, is never together with anybody', async t => {
  fc.assert(
    fc.property(fc.array(fc.nat(9_000)), gaps => {
      const failures = new Failures()
      let now = 0
      return gaps.every(gap => {
        now += gap
        failures.note('a', now)
        return !failures.areTogether('a')
      })
    }),
  )
  t.pass('random failures')
})

t.test('up to half of the wait is added, never anything taken off', async t => {
  t.strictSame(
    [0, 0.5, 0.999_999].map(chance => jitter(4_000, chance)),
    [0, 1_000, 2_000],
  )
  fc.assert(
    fc.property(fc.nat(600_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (wait, chance) => {
      const more = jitter(wait, chance)
      return more >= 0 && more <= Math.ceil(wait / 2)
    }),
  )
})

t.test('queued children may proceed at once while the limit is not reached', async t => {
  const turns = new Turns(2)
  turns.count(0)
  turns.count(0)
  t.equal(turns.ask('a', 1), false)
  t.equal(turns.lastAt(1), MINUTE)
  t.equal(turns.askAgainAt(1), MINUTE)
  t.equal(turns.askAgainAt(MINUTE), MINUTE + 1_000, 'the limit is free again, and child a is still queued')
  t.equal(turns.lastAt(MINUTE), MINUTE)
  t.equal(new Turns(1).lastAt(500), 500, 'nothing is queued')
})

t.test('an action leaves the sliding window after a minute', async t => {
  const turns = new Turns(1)
  turns.count(1_000)
  t.equal(turns.ask('a', 60_999), false)
  t.equal(turns.ask('a', 61_000), true)
})

t.test('children fail together if another child has failed since, however much later', async t => {
  const failures = new Failures()
  failures.note('b', 0)
  t.equal(failures.areTogether('a'), true)
  t.equal(failures.areTogether('b'), false)
  failures.note('a', 10 * TOGETHER_MS)
  t.equal(failures.areTogether('a'), false, 'child b failed too long before')
  t.equal(failures.areTogether('b'), true)
})

t.test('children fail together within 5 s of each other', async t => {
  const failures = new Failures()
  failures.note('b', 0)
  failures.note('a', 4_999)
  failures.note('a', 5_000)
  t.equal(failures.areTogether('a'), true)
  failures.note('a', 5_001)
  t.equal(failures.areTogether('a'), false)
})

t.test('restarts and kills have separate limits', async t => {
  const storm = new Storm(1, 2)
  const [first, second] = [storm.respawns, storm.kills].map(turns => [1, 2, 3].map(n => turns.ask(`${n}`, 0)))
  t.strictSame(
    [first, second],
    [
      [true, false, false],
      [true, true, false],
    ],
  )
  storm.failures.note('a', 0)
  t.equal(storm.failures.areTogether('b'), true)
})
