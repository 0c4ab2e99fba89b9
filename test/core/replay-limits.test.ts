/** Limits of a recorded run, as an incident stores them. */
import t from 'tap'
import { LIMIT_NAMES } from '../../lib/core/limits.js'
import { policyFromLimits, type RecordedLimits } from '../../lib/core/replay-limits.js'

const MB = 1_048_576
const OFF = Number.POSITIVE_INFINITY

t.test('null turns a recorded limit off, and a limit that is missing has the value of level app', async t => {
  const policy = policyFromLimits({ memory: 100 * MB, utilization: null, delay: 0 }, 8)
  t.match(policy, { memory: 100 * MB, utilization: OFF, delay: 0, latency: 12_000, cores: 8 })
  t.match(policy.sources, { memory: 'replay', utilization: 'replay', delay: 'replay', latency: 'level app' })
  t.match(policy, { level: 'app', restart: 'on-failure', judged: true, enforce: true })
})

t.test('a missing memoryHard is twice the memory limits', async t => {
  t.match(policyFromLimits({ memory: 100 * MB }, 1), { hardFootprint: 200 * MB, hardTotal: OFF })
  t.match(policyFromLimits({ memoryTotal: 100 * MB }, 1), { hardFootprint: OFF, hardTotal: 200 * MB })
  t.match(policyFromLimits({ memory: 100 * MB, memoryHard: null }, 1), { hardFootprint: OFF, hardTotal: OFF })
  t.match(policyFromLimits({ memory: MB, memoryHard: 9 * MB }, 1), { hardFootprint: OFF, hardTotal: 9 * MB })
})

t.test('a recorded run has no heartbeats', async t => {
  const recorded: RecordedLimits[] = [{}, { heartbeatInterval: 1_000, heartbeatLimit: 30_000 }]
  for (const limits of recorded) {
    const policy = policyFromLimits(limits, 1)
    t.match(policy, { heartbeatInterval: OFF, heartbeatLimit: OFF })
    t.match(policy.sources, { heartbeatInterval: 'replay', heartbeatLimit: 'replay' })
  }
})

t.test('an unknown limit or a wrong value is refused with a message that names it', async t => {
  const refused = (limits: object) => {
    try {
      policyFromLimits(limits as never, 1)
      return null
    } catch (error) {
      return error instanceof RangeError ? error.message : error
    }
  }
  t.equal(refused({ memory: 0, delay: 0 }), null)
  t.equal(
    refused({ memry: 1 }),
    `"memry": got a value, takes nothing: no such name; known are ${LIMIT_NAMES.join(', ')}`,
  )
  t.match(refused({ toString: 1 }), '"toString": got a value, takes nothing')
  t.equal(refused({ memory: -1 }), 'memory: got -1, takes a number, 0 or more, or null')
  t.equal(refused({ memory: '300MB' }), 'memory: got "300MB", takes a number, 0 or more, or null')
  t.equal(refused({ latency: '0' }), 'latency: got "0", takes a number, 0 or more, or null')
  t.equal(refused({ latency: Number.NaN }), 'latency: got NaN, takes a number, 0 or more, or null')
  t.equal(refused({ latency: undefined }), 'latency: got undefined, takes a number, 0 or more, or null')
})
