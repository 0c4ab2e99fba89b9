import fc from 'fast-check'
import t from 'tap'
import { lateness, lookAgain, openPending } from '../../lib/core/lateness.js'
import type { Pulse } from '../../lib/core/samples.js'

interface Tick {
  /** CPU that the main thread got since the last tick, and wait that was booked, ms */
  readonly ran?: number
  readonly waited?: number
  readonly state?: string
  readonly watcherLate?: number
}

/** A ping, and one look a second. */
function pending(ticks: readonly Tick[], schedstat = true) {
  let [at, ranMs, waitMs] = [70_000, 100, 50]
  const now = (state: string): Pulse => ({ at, ranMs, waitMs: schedstat ? waitMs : null, state })
  let open = openPending(1, now('S'))
  for (const { ran = 0, waited = 0, state = 'S', watcherLate = 0 } of ticks) {
    at += 1_000
    ranMs += ran
    waitMs += waited
    open = lookAgain(open, now(state), watcherLate)
  }
  return lateness(open)
}

const times = (count: number, tick: Tick): Tick[] => Array.from({ length: count }, () => tick)

t.test('a loop that spins owns all of its lateness', async t => {
  const late = pending(times(30, { ran: 1_000, state: 'R' }))
  t.match(late, { wall: 30_000, own: 30_000, starved: 0, hang: 'spinning' })
})

t.test('a loop that spins on a full machine owns what is not booked as waiting', async t => {
  const late = pending(times(30, { ran: 300, waited: 700, state: 'R' }))
  t.equal(late.own, 9_000)
  t.equal(late.starved, 21_000)
  t.equal(late.hang, 'spinning')
})

t.test('totally starved, it shows no wait: what was runnable and got nowhere counts as waiting', async t => {
  const late = pending(times(30, { state: 'R' }))
  t.match(late, { wall: 30_000, own: 0, starved: 30_000 })
})

t.test('asleep in a synchronous call, it is blocked; in D it waits; in T it is stopped', async t => {
  t.match(pending(times(30, { state: 'S' })), { own: 30_000, hang: 'blocked' })
  t.match(pending(times(30, { state: 'D' })), { own: 30_000, hang: 'waiting' })
  t.match(pending(times(30, { state: 'T' })), { own: 30_000, hang: 'stopped' })
})

t.test('the share of looks that found it runnable decides for how much of the rest', async t => {
  const late = pending([...times(10, { state: 'R' }), ...times(20, { state: 'S' })])
  t.equal(Math.round(late.own), 20_000)
})

t.test(
  'for as long as the watcher was late at the last look an answer may lie unread; what it was late before is read',
  async t => {
    t.equal(pending([...times(29, { state: 'S' }), { state: 'S', watcherLate: 400 }]).own, 29_600)
    t.equal(pending([...times(29, { state: 'S', watcherLate: 400 }), { state: 'S' }]).own, 30_000)
  },
)

t.test('where the system tells no thread apart, the process’s CPU stands in', async t => {
  t.match(pending(times(30, { ran: 1_000, state: '?' }), false), { own: 30_000, hang: 'spinning' })
  t.match(pending(times(30, { state: '?' }), false), { own: 30_000, hang: 'blocked' })
})

t.test('the child never owns more than passed, nor less than nothing', async t => {
  const tick = fc.record({
    ran: fc.integer({ min: 0, max: 1_000 }),
    waited: fc.integer({ min: 0, max: 1_000 }),
    state: fc.constantFrom('R', 'S', 'D', 'T'),
    watcherLate: fc.integer({ min: 0, max: 1_000 }),
  })
  fc.assert(
    fc.property(fc.array(tick, { minLength: 1 }), ticks => {
      const { own, wall } = pending(ticks)
      return own >= 0 && own <= wall
    }),
  )
  t.pass('within bounds')
})

t.test('lag is measured from the ping', async t => {
  t.strictSame(pending(times(2, {})), {
    ...{ wall: 2_000, own: 2_000, starved: 0, watcherLate: 0, hang: 'blocked', state: 'S' },
  })
  t.match(pending([{ watcherLate: 300, state: 'D' }]), { own: 700, watcherLate: 300, state: 'D' })
  t.match(pending([{ watcherLate: 5_000 }]), { wall: 1_000, own: 0 }, 'never negative')
})

t.test('CPU time and recorded run-queue wait are not counted again as unrecorded wait', async t => {
  // 1600 ms are neither, and the only idle sample is runnable.
  const late = pending([{ ran: 300, waited: 100, state: 'R' }, { state: 'R' }])
  t.match(late, { wall: 2_000, starved: 1_700, own: 300 })
  t.match(pending(times(2, { ran: 600, waited: 600, state: 'R' })), { wall: 2_000, starved: 1_200, own: 800 })
})

t.test('only samples without progress decide how much of the remaining time was a wait for a processor', async t => {
  t.match(pending(times(4, { ran: 500, state: 'R' })), { starved: 0, own: 4_000 }, 'every sample shows progress')
  t.match(
    pending([...times(2, { ran: 500, state: 'R' }), { state: 'R' }, { state: 'S' }]),
    { starved: 1_500, own: 2_500 },
    'half of 3000 ms: one of two idle samples is runnable',
  )
})

t.test('a child counts as stopped or waiting on I/O if more than half of the samples say so', async t => {
  const hang = (...states: string[]) => pending(states.map(state => ({ state }))).hang
  t.equal(hang('T', 'T', 'S'), 'stopped')
  t.equal(hang('T', 'S'), 'blocked')
  t.equal(hang('D', 'D', 'S'), 'waiting')
  t.equal(hang('D', 'S'), 'blocked')
})

t.test('a child counts as spinning if it ran for at least half of its lag, unless it is stopped', async t => {
  t.equal(pending([{ ran: 500, state: 'S' }]).hang, 'spinning')
  t.equal(pending([{ ran: 499, state: 'S' }]).hang, 'blocked')
  t.equal(pending([{ ran: 500, state: 'D' }]).hang, 'spinning')
  t.equal(pending([{ ran: 500, state: 'T' }]).hang, 'stopped')
})

t.test('a ping that was just sent is not late', async t => {
  const pulse: Pulse = { at: 500, ranMs: 70, waitMs: 30, state: 'R' }
  t.match(lateness(openPending(1, pulse)), { wall: 0, own: 0, starved: 0, watcherLate: 0, state: 'R' })
})

t.test('a millisecond of CPU time is progress', async t => {
  t.match(pending(times(4, { ran: 1, state: 'R' })), { starved: 0, own: 4_000 })
})

t.test('if more was recorded than time passed, nothing is left to be unrecorded wait', async t => {
  const late = pending([{ ran: 900, waited: 1_300, state: 'R' }, { state: 'R' }])
  t.match(late, { wall: 2_000, starved: 1_300, own: 700 })
})
