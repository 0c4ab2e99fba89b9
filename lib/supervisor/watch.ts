/** A look at one child: its CPU once a window, its memory as often as it must be, its beats; judged by core/rules.ts. */
import { postponed } from '../core/machine.js'
import { observe, voidWindow, windowMs } from '../core/measure.js'
import type { DeferReason } from '../core/model.js'
import { roomOf } from '../core/pace.js'
import { type Facts, type Finding, judge } from '../core/rules.js'
import { tellDefer } from '../core/tell.js'
import { confirm, readBaseline } from './confirm.js'
import { about, type Context, type Speaker, type Supervised, settleMs, WATCHED } from './context.js'
import { lookFrom } from './due.js'
import { isExtended, wasExtended } from './extend.js'
import { lookAtMemory, schedule, sharedNow } from './memory.js'
import { askBeats } from './ping.js'
import { openProbe, unseen } from './probe.js'
import { tellSample } from './status.js'
import { toAct } from './verdict.js'

/** `watcherLateMs`: by how much this wake-up came too late. */
export function watch(context: Context, supervised: Supervised, watcherLateMs: number): void {
  const { phase } = supervised.child
  if (!WATCHED.has(phase)) return
  const now = context.ports.clock.now()
  const hadBaseline = supervised.vitals.baseline !== null
  const windowDue = now >= supervised.windowAt
  const memoryDue = !windowDue && now >= lookFrom(supervised, context.thrift.pace.quickest)
  const beatsDue = phase === 'up' && now >= Math.min(supervised.pingAt, supervised.verdictAt)
  const over = windowDue ? look(context, supervised, now) : memoryDue && lookAtMemory(context, supervised, now)
  if (!hadBaseline) askBaseline(context, supervised)
  if (beatsDue) askBeats(context, supervised, watcherLateMs)
  if (over || windowDue || beatsDue) conclude(context, supervised, null)
  context.thrift.did(memoryDue && !beatsDue ? 'look' : 'other')
}

/**
 * Nothing that was open across the gap counts. A rung gets its time again where that stood still, as when the machine slept or the
 * host was stopped; not where this thread waited for a processor, which it may do at every turn: no rung would ever end.
 */
export function voidOpen(context: Context, supervised: Supervised, reason: DeferReason, gapMs: number): void {
  if (!WATCHED.has(supervised.child.phase)) return
  if (reason === 'suspended') supervised.child = postponed(supervised.child, gapMs)
  supervised.vitals = voidWindow(supervised.vitals)
  for (const speaker of supervised.speakers.values()) {
    speaker.pending = null
    speaker.late = null
  }
  supervised.windowAt = context.ports.clock.now()
  supervised.verdictAt = Infinity
  supervised.deferred = null
  tellDeferral(context, supervised, reason)
}

/** The end of a CPU window. Is it over a memory limit, by its resident sizes? */
function look(context: Context, supervised: Supervised, now: number): boolean {
  const { policy } = supervised.config
  // Before the look, so that one that throws is not due again at once.
  supervised.windowAt = now + settleMs(policy)
  openProbe(context, supervised)
  const sample = { at: 0, cpuMs: 0, rss: 0, processes: 0, state: '?' }
  const sight = supervised.probe?.look(sample)
  if (sight !== 'seen') {
    // Gone: its exit is on its way.
    if (sight === 'gone' || supervised.isStranger) unseen(context, supervised)
    return false
  }
  const { usage, hotWindows, window } = supervised.vitals
  supervised.vitals = observe(supervised.vitals, sample, policy)
  // Nor does it begin a streak anew: a word now and then would be enough to stay hot.
  if (window !== null && wasExtended(supervised, window.at)) supervised.vitals = { ...supervised.vitals, hotWindows }
  supervised.recorder.sample(sample, supervised.child.life, sharedNow(supervised))
  supervised.windowAt = windowEnd(supervised, now)
  if (context.sampling && supervised.vitals.usage !== usage) tellSample(context, supervised)
  return schedule(context, supervised, now)
}

/** With windows off, a whole look still comes now and then. */
function windowEnd({ vitals, config }: Supervised, now: number): number {
  const length = windowMs(config.policy)
  if (length === Infinity) return now + settleMs(config.policy)
  return Math.max(now + 1, (vitals.window?.at ?? now) + length)
}

/** Several processes at the baseline: what they share has to be known, too, where a limit counts from it. */
function askBaseline(context: Context, supervised: Supervised): void {
  const { baseline, baselineOnce } = supervised.vitals
  const { memory, hardFootprint } = supervised.config.policy
  if (baseline === null || baselineOnce !== null || Math.min(memory, hardFootprint) === Infinity) return
  readBaseline(context, supervised)
}

/** What follows from the looks so far. Is a limit enforced? */
function conclude(context: Context, supervised: Supervised, once: Facts['once']): boolean {
  const finding = judgeAll(supervised, context.ports.clock.now(), once)
  const breaches = toAct(context, supervised, finding)
  const isQueued = context.storm.kills.has(supervised.child.name)
  tellDeferral(context, supervised, finding.defer ?? (isQueued ? 'queued' : null))
  if (finding.alarm && matters(supervised))
    confirm(context, supervised, reading => conclude(context, supervised, reading))
  for (const breach of breaches)
    context.feed(supervised, { type: 'breach', breach, hold: context.inquests.hold(supervised, breach) })
  return breaches.length > 0 && supervised.config.policy.enforce
}

/** In a ladder an alarm about anything but memoryHard changes nothing, and the reading that confirms it costs the child time. */
const matters = ({ child, vitals, config }: Supervised): boolean =>
  child.phase === 'up' || roomOf(vitals, config.policy, null).hard < 0

/** Each speaker is judged alone, the ladder applies to the whole child. One that is deferred shields it from a CPU verdict. */
function judgeAll(supervised: Supervised, at: number, once: Facts['once']): Finding {
  const { vitals, config } = supervised
  const extended = isExtended(supervised, at)
  const findings = lateOrNone(supervised).map(speaker => {
    const late = speaker?.late ?? null
    const overdue = late !== null && late.wall >= config.policy.heartbeatLimit
    const debugged = overdue && (speaker as Speaker).state.inspector
    const held = debugged || (overdue && isTraced(supervised, speaker as Speaker))
    return judge({ at, vitals, late, debugged: held, extended, once }, config.policy)
  })
  const defer = findings.find(finding => finding.defer !== null)?.defer ?? null
  const broken = findings
    .flatMap(finding => finding.broken)
    .filter(({ verdict }) => defer === null || verdict !== 'cpu')
  return { broken, defer, alarm: findings.some(({ alarm }) => alarm) }
}

const lateOrNone = ({ speakers }: Supervised): (Speaker | null)[] =>
  speakers.size === 0 ? [null] : [...speakers.values()]

const isTraced = (supervised: Supervised, speaker: Speaker): boolean =>
  (speaker.probe ?? supervised.probe)?.traced() ?? false

function tellDeferral(context: Context, supervised: Supervised, reason: DeferReason | null): void {
  if (reason !== null && reason !== supervised.deferred) {
    const message = tellDefer(supervised.child, reason)
    context.emit({ type: 'defer', ...about(supervised, context.ports.clock), reason, message })
  }
  supervised.deferred = reason
}
