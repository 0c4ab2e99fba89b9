/** What the events say: one line each, the whole story. Under osquery's levels its own wording, where osquery has one. */
import type { Breach, Child, DeferReason, End, Hang, Measure, Policy } from './model.js'
import { afterLife } from './respawn.js'
import { formatBytes, formatMs } from './units.js'

const MB = 1024 * 1024

/** `worker (pid 7, life 1)`, `extension search (pid 8, life 3)`. */
export function who(child: Child): string {
  const name = child.kind === 'worker' ? 'worker' : `${child.kind} ${child.name}`
  return child.pid === null ? `${name} (life ${child.life})` : `${name} (pid ${child.pid}, life ${child.life})`
}

/** `hold`: ms that evidence may take before SIGTERM. */
export function tellLimit(child: Child, breach: Breach, policy: Policy, at: number, hold = 0): string {
  const story =
    policy.level === 'app' || breach.verdict === 'heartbeat' || !policy.enforce
      ? ours(child, breach, policy)
      : osquerys(child, breach, policy)
  const consequence = `${ladder(breach, policy, hold)}; ${afterwards(child, policy, at)}`
  return policy.enforce ? `${story}; ${consequence}` : `${story}; enforce is off, or it would be: ${consequence}`
}

function ours(child: Child, breach: Breach, policy: Policy): string {
  const set = `${breach.limitName} ${limitOf(breach, policy)}, set by ${policy.sources[breach.limitName]}`
  if (breach.verdict === 'memory') return `${who(child)} ${grown(breach)}: over ${set}`
  if (breach.verdict === 'heartbeat') {
    return `${who(child)} has not answered for ${formatMs(breach.value)} of its own time, ${hung(breach.hang)} (state ${breach.state}): over ${set}`
  }
  const budget = `${policy.utilization}% of ${policy.cores} cores, set by ${policy.sources.utilization}`
  return `${who(child)} used more CPU than ${budget}, for ${formatMs(breach.value)}: over ${set}`
}

function limitOf(breach: Breach, policy: Policy): string {
  if (breach.verdict !== 'memory') return formatMs(breach.limit)
  if (breach.limitName !== 'memoryHard' || breach.limit === policy.memoryHard) return formatBytes(breach.limit)
  return `${formatBytes(breach.limit)} (twice ${breach.limit === policy.hardTotal ? 'memoryTotal' : 'memory'})`
}

function grown({ baseline, rss, processes, measure }: Breach): string {
  const holds = `holds ${formatBytes(rss)}${counted(processes, measure)}`
  // A baseline of other processes, or in another measure, explains nothing.
  if (baseline === null || baseline > rss) return holds
  return `${holds}: ${formatBytes(baseline)} at start, grown by ${formatBytes(rss - baseline)}`
}

function counted(processes: number, measure: Measure): string {
  if (measure === 'resident') return ''
  const how =
    measure === 'proportional' ? 'shared pages counted once' : 'shared pages counted for each, as no more can be read'
  return ` in ${processes} processes (${how})`
}

const HUNG: Record<Hang, string> = {
  spinning: 'its loop is spinning',
  stopped: 'it is stopped',
  waiting: 'it waits on I/O',
  blocked: 'it is blocked in a synchronous call',
}

const hung = (hang: Hang | null): string => (hang === null ? 'reason unknown' : HUNG[hang])

function osquerys(child: Child, breach: Breach, policy: Policy): string {
  const subject = child.kind === 'worker' ? 'osqueryd worker' : `osquery extension ${child.name}`
  if (breach.verdict === 'cpu') {
    const budget = (policy.utilization * policy.interval * policy.cores) / 100
    return `${subject} (${child.pid}) stopping: Maximum sustainable CPU utilization limit ${budget}ms exceeded for ${breach.value / 1000} seconds`
  }
  return `${subject} (${child.pid}) stopping: Memory limits exceeded: ${breach.value} bytes (limit is ${Math.floor(breach.limit / MB)}MB)`
}

function ladder(breach: Breach, policy: Policy, hold: number): string {
  if (breach.hard) return 'SIGKILL at once'
  const now = policy.warnDelay === 0 ? 'SIGTERM now' : `warned now, SIGTERM in ${formatMs(policy.warnDelay)}`
  const term = hold > policy.warnDelay ? `SIGTERM when its evidence is taken, in ${formatMs(hold)} at most` : now
  if (policy.forcedShutdownDelay === 0) return term.replace('SIGTERM', 'SIGKILL')
  if (policy.forcedShutdownDelay === Infinity) return term
  return `${term}, SIGKILL ${formatMs(policy.forcedShutdownDelay)} after`
}

/** The respawn rules, asked in advance. */
function afterwards(child: Child, policy: Policy, at: number): string {
  // Stryker disable next-line ArithmeticOperator: what follows a breach does not depend on the uptime
  const end: End = { code: null, signal: null, uptime: at - child.bornAt, cause: 'limit' }
  const next = afterLife(child.streak, end, policy)
  if (next.type === 'done') return 'then it stays down'
  if (next.type === 'giveup') return `then given up: ${next.reason}`
  return `then respawned after ${formatMs(next.delay)}, failure ${next.streak} of ${policy.respawnLimit}`
}

export function tellKill(child: Child, policy: Policy): string {
  if (child.breach?.hard) return `${who(child)} gets SIGKILL at once: it passed memoryHard`
  if (policy.level === 'app') return `${who(child)} is still there: SIGKILL`
  return `osqueryd worker (${child.pid}) could not be stopped. Sending kill signal.`
}

export function tellExit(child: Child, end: End): string {
  const how = end.signal ?? (end.code === null ? 'an exit code that nobody saw' : `exit code ${end.code}`)
  const why = {
    limit: `after breaking its ${child.breach?.verdict} limit`,
    requested: 'as requested',
    exited: 'by itself',
    crashed: 'by crashing',
    signal: "by somebody else's signal",
    oom: 'as the kernel was out of memory',
    heap: 'as its JavaScript heap was exhausted',
  }
  if (end.cause === 'spawn') return `${who(child)} could not be started`
  return `${who(child)} ended with ${how} ${why[end.cause]}, after ${formatMs(end.uptime)}`
}

export function tellBackoff(child: Child, delay: number, policy: Policy): string {
  const count = `failure ${child.streak} of ${policy.respawnLimit}, next start in ${formatMs(delay)}`
  if (policy.level === 'app') return `${who(child)} backs off: ${count}`
  if (child.kind === 'worker') return `osqueryd worker respawning too quickly: ${child.streak} times; ${count}`
  return `Extension respawning too quickly: ${child.name}; ${count}`
}

export function tellQueued(child: Child, delay: number): string {
  return `${who(child)} is queued, for respawnsPerMinute is reached: next start in ${formatMs(delay)}`
}

export function tellGiveup(child: Child, reason: string, policy: Policy): string {
  const when =
    child.streak === 0 ? 'at once' : `after ${child.streak} ${child.streak === 1 ? 'failure' : 'failures in a row'}`
  if (policy.level === 'app') return `${who(child)} is given up ${when} and stays down: ${reason}`
  return `${reason}: ${who(child)} is given up ${when}; everything is stopped`
}

const DEFERRED: Record<Exclude<DeferReason, 'queued'>, string> = {
  starved: 'it waits for a processor',
  suspended: 'the machine or this host was suspended',
  'watcher-late': 'the watcher itself was late',
  debugger: 'a debugger may hold it',
  extended: 'it asked for more time',
}

export function tellDefer(child: Child, reason: DeferReason): string {
  if (reason === 'queued')
    return `${who(child)} has broken a limit, and its ladder is queued, for killsPerMinute is reached: only memoryHard is enforced meanwhile`
  return `${who(child)} is not blamed for its lateness: ${DEFERRED[reason]}; memory is still enforced`
}
