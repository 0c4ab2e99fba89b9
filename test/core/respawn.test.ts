import fc from 'fast-check'
import t from 'tap'
import type { Cause, End } from '../../lib/core/model.js'
import { afterLife, backoff } from '../../lib/core/respawn.js'
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
