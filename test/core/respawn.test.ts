import fc from 'fast-check'
import t from 'tap'
import type { Cause, End } from '../../lib/core/model.js'
import { afterLife, backoff, failed } from '../../lib/core/respawn.js'
import { policy } from './script.js'

const end = (uptime: number, code: number | null = 1, cause: Cause = 'crashed'): End => ({
  code,
  signal: null,
  uptime,
  cause,
})
const osquery = policy({
  level: 'normal',
  restart: 'always',
  respawnLimit: 4,
  respawnMinUptime: 4_000,
  respawnDelay: 5_000,
  respawnMaxDelay: 600_000,
})

t.test('the wait after the n-th failed life is respawnDelay + 2^n s, capped', async t => {
  t.strictSame(
    [1, 2, 3, 4].map(n => backoff(n, osquery)),
    [7_000, 9_000, 13_000, 21_000],
  )
  t.equal(backoff(1_000, osquery), 600_000)
})

t.test('exit status 78 gives up whatever else is true', async t => {
  t.match(afterLife(0, end(9_000_000, 78), osquery), { type: 'giveup', code: 78 })
  t.match(afterLife(0, end(1, 78), policy({ restart: 'never' })), { type: 'giveup', code: 78 })
})

t.test('a full streak gives up, failed or not; a life that got old enough has cleared it before', async t => {
  t.match(afterLife(4, end(5_000), osquery), { type: 'giveup', code: 1, reason: 'Too many worker restarts' })
  t.match(afterLife(4, end(180_000), osquery), { type: 'respawn', delay: 0, streak: 0 })
  t.match(afterLife(4, end(180_000, null, 'limit'), osquery), { type: 'giveup' }, 'not when a limit ended it')
})

t.test('failed: shorter than respawnMinUptime; any: every one not ended by exit 0; by a limit: always', async t => {
  t.match(afterLife(0, end(3_999), osquery), { failed: true, streak: 1 })
  t.match(afterLife(2, end(4_000), osquery), { failed: false, streak: 2, delay: 0 })
  const any = policy({ restart: 'always' })
  t.match(afterLife(0, end(100_000, 1), any), { failed: true })
  t.match(afterLife(0, end(100_000, null, 'signal'), any), { failed: true })
  t.match(afterLife(0, end(5_000, 0, 'exited'), any), { failed: false })
  t.match(afterLife(0, end(100_000, 0, 'limit'), osquery), { failed: true })
})

t.test('restart says who comes back at all', async t => {
  const never = policy({ restart: 'never' })
  const onFailure = policy({ restart: 'on-failure' })
  t.match(afterLife(0, end(1, 1), never), { type: 'done' })
  t.match(afterLife(0, end(1, null, 'limit'), never), { type: 'done' })
  t.match(afterLife(0, end(1, 0, 'exited'), onFailure), { type: 'done' })
  t.match(afterLife(0, end(1, 0, 'limit'), onFailure), { type: 'respawn' }, 'it left because it was told to')
})

t.test('two starts of a child are a second apart, failed or not', async t => {
  fc.assert(
    fc.property(fc.nat(3), fc.nat(10_000), fc.constantFrom(0, 1), (streak, uptime, code) => {
      const next = afterLife(
        streak,
        end(uptime, code, code === 0 ? 'exited' : 'crashed'),
        policy({ restart: 'always', respawnLimit: 9 }),
      )
      return next.type === 'respawn' && uptime + next.delay >= 1_000
    }),
  )
  t.pass('no storm')
})

t.test('a failed spawn is a failure, whatever respawnMinUptime is', async t => {
  for (const respawnMinUptime of [0, 4_000, Number.POSITIVE_INFINITY])
    t.equal(failed(end(0, null, 'spawn'), policy({ respawnMinUptime })), true)
  t.equal(failed(end(0, 1), policy({ respawnMinUptime: 0 })), false, 'off: no life is too short')
})

t.test('a requested exit is never a failure, and an exit after a breach always is', async t => {
  for (const rules of [osquery, policy()]) {
    t.equal(failed(end(1, 1, 'requested'), rules), false)
    t.equal(failed(end(9_000_000, 0, 'limit'), rules), true)
  }
})

t.test("at osquery's levels the reasons for giving up are osquery's messages", async t => {
  const reason = (streak: number, code: number, rules = osquery) => {
    const next = afterLife(streak, end(1, code), rules)
    return next.type === 'giveup' && next.reason
  }
  t.equal(reason(0, 78), 'Worker returned exit status')
  t.equal(reason(4, 1), 'Too many worker restarts')
  const app = policy({ respawnLimit: 4 })
  t.equal(reason(0, 78, app), 'it exited with status 78, which asks not to be run again')
  t.equal(reason(4, 1, app), 'too many failed lives in a row')
})

t.test('a run that reaches respawnReset clears the failures, unless a breach ended it', async t => {
  const rules = policy({ restart: 'always', respawnReset: 180_000, respawnLimit: 4 })
  const streak = (uptime: number, code: number, cause: Cause) => afterLife(3, end(uptime, code, cause), rules).streak
  t.equal(streak(179_999, 0, 'exited'), 3)
  t.equal(streak(180_000, 0, 'exited'), 0)
  t.equal(streak(179_999, 1, 'crashed'), 4)
  t.equal(streak(180_000, 1, 'crashed'), 1, 'it is the first failure itself')
  t.equal(streak(180_000, 1, 'limit'), 4)
})

t.test('every decision has the count of failures and whether the run failed', async t => {
  t.strictSame(afterLife(2, end(1, 78), osquery), {
    ...{ type: 'giveup', code: 78, reason: 'Worker returned exit status', streak: 2, failed: true },
  })
  t.strictSame(afterLife(2, end(9_000, 0), { ...osquery, restart: 'never' }), {
    ...{ type: 'done', streak: 2, failed: false },
  })
  t.strictSame(afterLife(4, end(9_000, 0), osquery), {
    ...{ type: 'giveup', code: 1, reason: 'Too many worker restarts', streak: 4, failed: false },
  })
  t.strictSame(afterLife(3, end(1), osquery), { type: 'respawn', delay: 21_000, streak: 4, failed: true })
  t.strictSame(afterLife(3, end(4_000), osquery), { type: 'respawn', delay: 0, streak: 3, failed: false })
})

t.test(
  'a failed run is followed by the backoff, and any other run by the rest of a second since its start',
  async t => {
    const rules = policy({ restart: 'always', respawnMinUptime: 100, respawnDelay: 500 })
    t.match(afterLife(0, end(99), rules), { delay: 2_500, failed: true })
    t.match(afterLife(0, end(100), rules), { delay: 900, failed: false })
    t.match(afterLife(0, end(1_000), rules), { delay: 0 })
    t.match(afterLife(0, end(999), rules), { delay: 1 })
  },
)

t.test('restart: on-failure restarts after any exit but exit code 0', async t => {
  const type = (code: number | null, cause: Cause) => afterLife(0, end(5_000, code, cause), policy()).type
  t.equal(type(0, 'exited'), 'done')
  t.equal(type(1, 'crashed'), 'respawn')
  t.equal(type(null, 'signal'), 'respawn')
  t.equal(type(null, 'spawn'), 'respawn')
  t.equal(type(0, 'limit'), 'respawn')
})
