/** Asked to end by a signal that was passed on: its own time, and less of it for whoever asks again. */
import t from 'tap'
import { newborn, step } from '../../lib/core/machine.js'
import type { Child, Input, Policy } from '../../lib/core/model.js'

const POLICY = { stopTimeout: 10_000, forcedShutdownDelay: 4_000 } as Policy
const up: Child = { ...newborn('worker', 'worker'), phase: 'up', pid: 42, life: 1 }
const asked = (child: Child, within: number, at: number) => step(child, { type: 'asked', within } as Input, at, POLICY)

t.test('nobody counts, and it gets no second signal', async t => {
  const [child, effects] = asked(up, Infinity, 0)
  t.match(child, { phase: 'terminating', intent: 'stay-down', deadline: Infinity })
  t.strictSame(effects, [])
})

t.test('asked again, in a hurry', async t => {
  const [once] = asked(up, Infinity, 0)
  const [twice] = asked(once, 4_000, 1_000)
  t.equal(twice.deadline, 5_000)
  t.equal(asked(twice, Infinity, 2_000)[0].deadline, 5_000, 'patience takes nothing back')
})
