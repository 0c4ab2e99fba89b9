/**
 * THE RULES FOR STOPPING A CHILD. CPU and heartbeat are read together, memory for itself:
 *
 *   CPU over budget   beat late   why                                  verdict
 *   no                no          –                                    healthy
 *   yes               no          working hard, still answering        cpu
 *   yes               yes         loop spinning                        heartbeat
 *   no                yes         stopped, waiting on I/O, blocked     heartbeat
 *   any               yes         starved, suspended, watcher late,    none: deferred; memory is still enforced
 *                                 held by a debugger
 *
 * A beat is late when the child's own share of its lateness reached heartbeatLimit.
 */
import type { Lateness } from './lateness.js'
import { footprint, hotFor, type Vitals } from './measure.js'
import type { Breach, DeferReason, LimitName, Policy, Sample, Verdict } from './model.js'

/** What is known of a child at one look. */
export interface Facts {
  readonly sample: Sample
  /** The life's record, this sample included. */
  readonly vitals: Vitals
  /** Its latest pending beat; null: none pending, or no client. */
  readonly late: Lateness | null
  /** A debugger may hold its loop. */
  readonly debugged: boolean
}

export interface Finding {
  readonly breach: Breach | null
  readonly defer: DeferReason | null
}

const HEALTHY: Finding = { breach: null, defer: null }

/** The verdict of one look. Worst first: memoryHard, then the pairing table, then memory. */
export function judge(facts: Facts, policy: Policy): Finding {
  if (!policy.judged) return HEALTHY
  const hard = memoryHard(facts, policy)
  if (hard !== null) return { breach: hard, defer: null }
  const defer = deferral(facts, policy)
  const paired = defer === null ? (heartbeat(facts, policy) ?? cpu(facts, policy)) : null
  return { breach: paired ?? memory(facts, policy), defer }
}

/** The beat is overdue by the wall clock. Is that somebody else's fault? */
function deferral({ late, debugged }: Facts, policy: Policy): DeferReason | null {
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
  return isOldEnough(facts, policy) ? overMemory(facts, policy) : null
}

function overMemory(facts: Facts, policy: Policy): Breach | null {
  const grown = footprint(facts.vitals) ?? 0
  const { rss } = facts.sample
  if (grown > policy.memory) return breach(facts, 'memory', 'memory', grown, policy.memory)
  if (rss > policy.memoryTotal) return breach(facts, 'memory', 'memoryTotal', rss, policy.memoryTotal)
  return null
}

/** No ladder and no delay: by the time that a warning was heard the machine would swap. */
function memoryHard(facts: Facts, policy: Policy): Breach | null {
  const grown = footprint(facts.vitals) ?? 0
  const { rss } = facts.sample
  if (rss > policy.hardTotal) return { ...breach(facts, 'memory', 'memoryHard', rss, policy.hardTotal), hard: true }
  if (grown <= policy.hardFootprint) return null
  return { ...breach(facts, 'memory', 'memoryHard', grown, policy.hardFootprint), hard: true }
}

const isOldEnough = (facts: Facts, policy: Policy): boolean => facts.sample.at - facts.vitals.bornAt >= policy.delay

function breach(facts: Facts, verdict: Verdict, limitName: LimitName, value: number, limit: number): Breach {
  const { state, rss } = facts.sample
  return { verdict, limitName, value, limit, state, hang: null, hard: false, baseline: facts.vitals.baseline, rss }
}
