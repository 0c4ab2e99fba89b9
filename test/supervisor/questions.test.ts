/** What a child is asked between its verdict and SIGTERM, and for how long nobody can be ended for it. */
import t from 'tap'
import type { Breach, Hang } from '../../lib/core/model.js'
import type { Supervised } from '../../lib/supervisor/context.js'
import { hasWitness, holdFor, question } from '../../lib/supervisor/questions.js'
import type { IncidentsConfig } from '../../lib/wire/commands.js'
import { breach } from '../core/script.js'

const MB = 1024 * 1024
const leak = breach({ limit: 200 * MB })
const spin = breach({ verdict: 'heartbeat', limitName: 'heartbeatLimit', hang: 'spinning' })
const busy = breach({ verdict: 'cpu', limitName: 'latency' })

/** It grows by so many bytes a second; `testimony` is where its witness leaves what it knows. */
const child = (perSecond = 0, testimony: string | null = '/evidence/x') =>
  ({ vitals: { growth: { perSecond } }, launched: { testimony } }) as unknown as Supervised

const hold = (breach: Breach, { supervised = child(), budget = 500, heapSnapshot = 0 } = {}) =>
  holdFor(supervised, breach, { budget, heapSnapshot } as IncidentsConfig)

t.test('the budget is the most', async t => {
  for (const one of [leak, spin, busy]) t.equal(hold(one), 500)
  t.equal(hold(leak, { budget: 10_000 }), 10_000)
})

t.test('where nobody can testify, the system’s word is there in 200 ms', async t => {
  const alone = child(0, null)
  t.equal(hold(leak, { supervised: alone }), 200)
  t.equal(hold(leak, { supervised: alone, budget: 100 }), 100)
  t.equal(hold(leak, { supervised: alone, heapSnapshot: 20_000 }), 200, 'nor can it write a heap snapshot')
  t.equal(hold({ ...spin, hang: 'stopped' }), 200, 'who is stopped says nothing')
})

t.test('a leak is given the time to add a fiftieth of its limit', async t => {
  t.equal(hold(leak, { supervised: child(8 * MB) }), 500, '4 MB are all of the budget')
  t.equal(hold(leak, { supervised: child(16 * MB) }), 250)
  t.equal(hold(leak, { supervised: child(400 * MB) }), 10)
  t.equal(hold(leak, { supervised: child(-400 * MB) }), 500, 'it shrinks')
  t.equal(hold(leak, { supervised: child(40 * MB, null) }), 100)
  t.equal(hold(spin, { supervised: child(400 * MB) }), 500, 'another limit is not broken by more')
})

t.test('a heap snapshot has its own time, for a memory limit alone', async t => {
  t.equal(hold(leak, { heapSnapshot: 20_000 }), 20_500)
  t.equal(hold(leak, { supervised: child(16 * MB), heapSnapshot: 20_000 }), 20_250)
  t.equal(hold(busy, { heapSnapshot: 20_000 }), 500)
})

t.test('who can be asked', async t => {
  t.equal(hasWitness(child(), leak), true)
  t.equal(hasWitness(child(0, null), leak), false)
  t.equal(hasWitness({ ...child(), launched: null }, leak), false)
  for (const hang of ['spinning', 'waiting', 'blocked'] satisfies Hang[])
    t.ok(hasWitness(child(), { ...spin, hang }), hang)
  t.equal(hasWitness(child(), { ...spin, hang: 'stopped' }), false)
})

t.test('what is asked: where its code is, and of memory who holds it', async t => {
  t.strictSame(question(spin, 0, 500), { type: 'examine', want: ['stack', 'profile', 'heap'], profileMs: 200 })
  t.strictSame(question(busy, 20_000, 500).want, ['stack', 'profile', 'heap'])
  const memory = ['stack', 'heap', 'profile', 'allocations', 'report']
  t.strictSame(question(leak, 0, 500).want, memory)
  t.strictSame(question(leak, 20_000, 500).want, [...memory, 'snapshot'])
  t.equal(question(leak, 0, 100).profileMs, 40, 'a profile that leaves time for the rest')
  t.equal(question(leak, 0, 499).profileMs, 200)
})
