import t from 'tap'
import { newborn } from '../../lib/core/machine.js'
import type { Child, Kind } from '../../lib/core/model.js'
import { tellBackoff, tellExit, tellGiveup, tellKill, tellLimit } from '../../lib/core/tell.js'
import { breach, policy } from './script.js'

const MB = 1024 * 1024
const child = (kind: Kind, name: string, changes: Partial<Child> = {}): Child => ({
  ...newborn(name, kind),
  phase: 'up',
  pid: 7,
  life: 2,
  streak: 1,
  ...changes,
})
const rules = policy({ respawnLimit: 5 })
const sources = { ...rules.sources, memory: 'extensions.search.limits.memory', heartbeatLimit: 'level app' }
const leak = breach({ value: 560 * MB, limit: 300 * MB, baseline: 40 * MB, rss: 600 * MB })

t.test(
  'a limit: who, which, at start and grown, the limit and where it was set, what follows and when, failure n of m',
  async t => {
    const message = tellLimit(child('extension', 'search'), leak, { ...rules, sources }, 60_000)
    t.equal(
      message,
      'extension search (pid 7, life 2) holds 600 MB: 40 MB at start, grown by 560 MB: ' +
        'over memory 300 MB, set by extensions.search.limits.memory; ' +
        'warned now, SIGTERM in 1 s, SIGKILL 4 s after; then respawned after 4 s, failure 2 of 5',
    )
  },
)

t.test('a hang says why, as far as it is known', async t => {
  const hung = breach({
    verdict: 'heartbeat',
    limitName: 'heartbeatLimit',
    value: 31_000,
    limit: 30_000,
    hang: 'blocked',
  })
  const message = tellLimit(child('worker', 'worker'), hung, { ...rules, sources }, 60_000)
  t.match(
    message,
    /^worker \(pid 7, life 2\) has not answered for 31 s of its own time, it is blocked in a synchronous call/,
  )
  t.match(message, /over heartbeatLimit 30 s, set by level app/)
})

t.test('the last failure of a streak says that it is the last', async t => {
  const message = tellLimit(child('worker', 'worker', { streak: 5 }), leak, { ...rules, sources }, 60_000)
  t.match(message, /then given up: too many failed lives in a row$/)
})

t.test('under osquery’s levels the words are osquery’s', async t => {
  const normal = policy({ level: 'normal', restart: 'always', utilization: 10, interval: 3_000, respawnLimit: 4 })
  const worker = child('worker', 'worker')
  const cpu = breach({ verdict: 'cpu', limitName: 'latency', value: 12_000, limit: 12_000 })
  t.match(
    tellLimit(worker, cpu, normal, 60_000),
    /^osqueryd worker \(7\) stopping: Maximum sustainable CPU utilization limit 600ms exceeded for 12 seconds;/,
  )
  t.match(
    tellLimit(child('extension', 'x.ext'), breach({ value: 209_715_201, limit: 200 * MB }), normal, 60_000),
    /^osquery extension x\.ext \(7\) stopping: Memory limits exceeded: 209715201 bytes \(limit is 200MB\);/,
  )
  t.match(tellBackoff(worker, 7_000, normal), /^osqueryd worker respawning too quickly: 1 times;/)
  t.match(tellBackoff(child('extension', 'x.ext'), 7_000, normal), /^Extension respawning too quickly: x\.ext;/)
  t.match(tellGiveup(worker, 'Too many worker restarts', normal), /^Too many worker restarts: /)
  t.equal(tellKill(worker, normal), 'osqueryd worker (7) could not be stopped. Sending kill signal.')
})

t.test('an end says how, why and after how long', async t => {
  const search = child('extension', 'search', { breach: leak })
  const end = { code: null, signal: 'SIGKILL', uptime: 90_000, cause: 'limit' } as const
  t.match(tellExit(search, end), /ended with SIGKILL after breaking its memory limit, after /)
  t.match(tellExit(search, { ...end, code: 3, signal: null, cause: 'crashed' }), /exit code 3 by crashing/)
  t.match(tellExit(search, { ...end, cause: 'signal' }), /somebody else's signal/)
})
