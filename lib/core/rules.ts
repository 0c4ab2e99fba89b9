/**
 * THE RULES FOR STOPPING A CHILD. CPU and heartbeat are read together, memory for itself:
 *
 *   CPU over budget   beat late   why                                  verdict
 *   no                no          –                                    healthy
 *   yes               no          working hard, still answering        cpu
 *   yes               yes         loop spinning                        heartbeat
 *   no                yes         stopped, waiting on I/O, blocked     heartbeat
 *   any               yes         starved, suspended, watcher late,    none: deferred; memory is still enforced
 *                                 held by a debugger, asked for time
 *
 * A beat is late when the child's own share of its lateness reached heartbeatLimit. Memory of several processes is an alarm
 * first, for pages that they share count once for each: a reading that counts them once has to confirm it.
 */
import type { Lateness } from './lateness.js'
import { type Held, heldOf, hotFor, type Vitals } from './measure.js'
import type { Breach, DeferReason, LimitName, Measure, Policy, Verdict } from './model.js'
import type { MemorySample } from './samples.js'

/** What is known of a child at one look. */
export interface Facts {
  readonly at: number
  /** The life's record, this look included. */
  readonly vitals: Vitals
  /** Its latest pending beat; null: none pending, or no client. */
  readonly late: Lateness | null
  /** A debugger may hold its loop. */
  readonly debugged: boolean
  /** It has asked for time, and has it still. */
  readonly extended: boolean
  /** Of several processes: bytes with shared pages counted once, read for this look; null: not read; `unreadable`: cannot be. */
  readonly once: number | 'unreadable' | null
}

export interface Finding {
  /** All the limits that are broken, worst first. */
  readonly broken: readonly Breach[]
  readonly defer: DeferReason | null
  /** Resident sizes together are over a memory limit: `once` has to be read. */
  readonly alarm: boolean
}

const HEALTHY: Finding = { broken: [], defer: null, alarm: false }

/** The verdict of one look. Worst first: memoryHard, then the pairing table, then memory. */
export function judge(facts: Facts, policy: Policy): Finding {
  if (!policy.judged || facts.vitals.memory === null) return HEALTHY
  const hard = memoryHard(facts, policy)
  const soft = [memory(facts, policy), memoryTotal(facts, policy)]
  const isHeavy = hard !== null || soft.some(breach => breach !== null)
  const alarm = isHeavy && facts.once === null && facts.vitals.memory.processes > 1
  const defer = deferral(facts, policy)
  const paired = defer === null ? [heartbeat(facts, policy), cpu(facts, policy)] : []
  const all = alarm ? paired : [hard, ...paired, ...soft]
  return { broken: all.filter(breach => breach !== null), defer, alarm }
}

/** The beat is overdue by the wall clock. Is that somebody else's fault? */
function deferral({ late, debugged, extended }: Facts, policy: Policy): DeferReason | null {
  if (extended) return 'extended'
  if (late === null || late.wall < policy.heartbeatLimit) return null
  if (debugged) return 'debugger'
  if (late.own >= policy.heartbeatLimit) return null
  return late.starved >= late.watcherLate ? 'starved' : 'watcher-late'
}

function heartbeat(facts: Facts, policy: Policy): Breach | null {
  const { late } = facts
  if (late === null || late.own < policy.heartbeatLimit) return null
  const found = breach(facts, 'heartbeat', 'heartbeatLimit', Math.round(late.own), policy.heartbeatLimit)
  return { ...found, hang: late.hang, state: late.state }
}

/** Hot windows inside `delay` count; they are acted on once it is over. */
function cpu(facts: Facts, policy: Policy): Breach | null {
  const sustained = hotFor(facts.vitals, policy)
  if (sustained === 0 || sustained < policy.latency || !isOldEnough(facts, policy)) return null
  return breach(facts, 'cpu', 'latency', sustained, policy.latency)
}

function memory(facts: Facts, policy: Policy): Breach | null {
  const grown = held(facts).grown ?? 0
  if (grown <= policy.memory || !isOldEnough(facts, policy)) return null
  return breach(facts, 'memory', 'memory', grown, policy.memory)
}

function memoryTotal(facts: Facts, policy: Policy): Breach | null {
  const { rss } = held(facts)
  if (rss <= policy.memoryTotal || !isOldEnough(facts, policy)) return null
  return breach(facts, 'memory', 'memoryTotal', rss, policy.memoryTotal)
}

/** No ladder and no delay: by the time that a warning was heard the machine would swap. */
function memoryHard(facts: Facts, policy: Policy): Breach | null {
  const { rss, grown: above } = held(facts)
  const grown = above ?? 0
  if (rss > policy.hardTotal) return { ...breach(facts, 'memory', 'memoryHard', rss, policy.hardTotal), hard: true }
  if (grown <= policy.hardFootprint) return null
  return { ...breach(facts, 'memory', 'memoryHard', grown, policy.hardFootprint), hard: true }
}

const held = ({ vitals, once }: Facts): Held => heldOf(vitals, typeof once === 'number' ? once : null)

const isOldEnough = ({ at, vitals }: Facts, policy: Policy): boolean => at - vitals.bornAt >= policy.delay

function breach(facts: Facts, verdict: Verdict, limitName: LimitName, value: number, limit: number): Breach {
  const { memory, last } = facts.vitals
  const { rss, baseline } = held(facts)
  // judge() checks no limit before the first memory sample.
  const { processes } = memory as MemorySample
  const seen = { state: last?.state ?? '?', baseline, rss, processes, measure: measureOf(facts, processes) }
  return { verdict, limitName, value, limit, ...seen, hang: null, hard: false }
}

function measureOf({ once }: Facts, processes: number): Measure {
  if (processes === 1) return 'resident'
  return typeof once === 'number' ? 'proportional' : 'sum'
}
