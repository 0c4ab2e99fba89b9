import t from 'tap'
import { newborn } from '../../lib/core/machine.js'
import type { Child, DeferReason, End, Kind, Verdict } from '../../lib/core/model.js'
import {
  tellBackoff,
  tellDefer,
  tellExit,
  tellGiveup,
  tellKill,
  tellLimit,
  tellQueued,
  who,
} from '../../lib/core/tell.js'
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
const osquery = policy({ level: 'normal', restart: 'always', respawnLimit: 4 })
const worker = child('worker', 'worker')
const search = child('extension', 'search')
const leak = breach({ value: 560 * MB, limit: 300 * MB, baseline: 40 * MB, rss: 600 * MB })

t.test('a message starts with the child: its kind, name, pid and run', async t => {
  t.equal(who(worker), 'worker (pid 7, life 2)')
  t.equal(who(search), 'extension search (pid 7, life 2)')
  t.equal(who(child('adopted', 'build')), 'adopted build (pid 7, life 2)')
  t.equal(who(child('worker', 'worker', { pid: null, life: 3 })), 'worker (life 3)', 'a child that is down has no pid')
})

t.test('a breach is one line', async t => {
  const sources = { ...rules.sources, memory: 'extensions.search.limits.memory' }
  t.equal(
    tellLimit(search, leak, { ...rules, sources }, 60_000),
    'extension search (pid 7, life 2) holds 600 MB: 40 MB at start, grown by 560 MB: ' +
      'over memory 300 MB, set by extensions.search.limits.memory; ' +
      'warned now, SIGTERM in 1 s, SIGKILL 4 s after; then respawned after 4 s, failure 2 of 5',
  )
})

t.test('an exit shows how, why and after how long the child ended', async t => {
  const end: End = { code: null, signal: 'SIGKILL', uptime: 90_000, cause: 'limit' }
  const ended = (changes: Partial<End>, verdict: Verdict = 'memory') =>
    tellExit({ ...search, breach: { ...leak, verdict } }, { ...end, ...changes })
  const after = 'after 90 s'
  const subject = 'extension search (pid 7, life 2)'
  t.equal(ended({}), `${subject} ended with SIGKILL after breaking its memory limit, ${after}`)
  t.equal(ended({}, 'cpu'), `${subject} ended with SIGKILL after breaking its cpu limit, ${after}`)
  const causes: [Partial<End>, string][] = [
    [{ cause: 'requested', signal: 'SIGTERM' }, 'SIGTERM as requested'],
    [{ cause: 'exited', code: 0, signal: null }, 'exit code 0 by itself'],
    [{ cause: 'exited', code: null, signal: null }, 'an exit code that nobody saw by itself'],
    [{ cause: 'crashed', code: 3, signal: null }, 'exit code 3 by crashing'],
    [{ cause: 'signal' }, "SIGKILL by somebody else's signal"],
    [{ cause: 'oom' }, 'SIGKILL as the kernel was out of memory'],
    [{ cause: 'heap', signal: 'SIGABRT' }, 'SIGABRT as its JavaScript heap was exhausted'],
  ]
  for (const [changes, text] of causes) t.equal(ended(changes), `${subject} ended with ${text}, ${after}`)
  t.equal(
    tellExit({ ...search, pid: null }, { ...end, cause: 'spawn' }),
    'extension search (life 2) could not be started',
  )
  t.match(tellExit(search, { ...end, cause: 'limit' }), 'ended with SIGKILL', 'the breach need not be known')
})

t.test('a SIGKILL shows why it is sent', async t => {
  t.equal(tellKill(search, rules), 'extension search (pid 7, life 2) is still there: SIGKILL')
  const hard = { ...search, breach: { ...leak, hard: true } }
  const passed = 'extension search (pid 7, life 2) gets SIGKILL at once: it passed memoryHard'
  t.strictSame([tellKill(hard, rules), tellKill(hard, osquery)], [passed, passed])
  t.equal(tellKill({ ...search, breach: leak }, rules), 'extension search (pid 7, life 2) is still there: SIGKILL')
  t.equal(tellKill(worker, osquery), 'osqueryd worker (7) could not be stopped. Sending kill signal.')
})

t.test('a backoff shows the number of failures, their limit and the delay', async t => {
  const down = { ...search, pid: null }
  t.equal(tellBackoff(down, 4_000, rules), 'extension search (life 2) backs off: failure 1 of 5, next start in 4 s')
  t.equal(
    tellBackoff(worker, 7_000, osquery),
    'osqueryd worker respawning too quickly: 1 times; failure 1 of 4, next start in 7 s',
  )
  t.equal(
    tellBackoff(search, 7_000, osquery),
    'Extension respawning too quickly: search; failure 1 of 4, next start in 7 s',
  )
  t.equal(
    tellQueued(down, 12_000),
    'extension search (life 2) is queued, for respawnsPerMinute is reached: next start in 12 s',
  )
})

t.test('giving up shows the number of failures, the reason and the consequence', async t => {
  const down = (streak: number) => child('extension', 'search', { pid: null, streak })
  const cases: [number, string][] = [
    [0, 'at once'],
    [1, 'after 1 failure'],
    [2, 'after 2 failures in a row'],
  ]
  for (const [streak, when] of cases) {
    t.equal(
      tellGiveup(down(streak), 'no such program', rules),
      `extension search (life 2) is given up ${when} and stays down: no such program`,
    )
    t.equal(
      tellGiveup(down(streak), 'Too many worker restarts', osquery),
      `Too many worker restarts: extension search (life 2) is given up ${when}; everything is stopped`,
    )
  }
})

t.test('a deferral shows its reason, and that memory is still enforced', async t => {
  const reasons: [DeferReason, string][] = [
    ['starved', 'it waits for a processor'],
    ['suspended', 'the machine or this host was suspended'],
    ['watcher-late', 'the watcher itself was late'],
    ['debugger', 'a debugger may hold it'],
    ['extended', 'it asked for more time'],
  ]
  for (const [reason, text] of reasons)
    t.equal(
      tellDefer(worker, reason),
      `worker (pid 7, life 2) is not blamed for its lateness: ${text}; memory is still enforced`,
    )
  t.equal(
    tellDefer(worker, 'queued'),
    'worker (pid 7, life 2) has broken a limit, and its ladder is queued, for killsPerMinute is reached: ' +
      'only memoryHard is enforced meanwhile',
  )
})
