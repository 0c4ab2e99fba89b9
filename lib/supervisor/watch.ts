/** A look at one child: sample it, ask for its beats, judge it by core/rules.ts. */
import { lateness, lookAgain, openPending } from '../core/lateness.js'
import { postponed } from '../core/machine.js'
import { footprint, observe, voidWindow } from '../core/measure.js'
import type { DeferReason, Sample } from '../core/model.js'
import { type Finding, judge } from '../core/rules.js'
import { tellDefer } from '../core/tell.js'
import { about, type Context, type Speaker, type Supervised, WATCHED } from './context.js'

/** What leaks during its ladder has to be met on its way. */
const LADDER_LOOK_MS = 200

/** `watcherLateMs`: by how much this wake-up came too late. */
export function watch(context: Context, supervised: Supervised, watcherLateMs: number): void {
  const now = context.ports.clock.now()
  const beatsDue = now >= supervised.pingAt
  if (!WATCHED.has(supervised.child.phase) || (!beatsDue && now < supervised.lookAt)) return
  schedule(supervised, now, beatsDue)
  const sample = lookAt(context, supervised)
  if (sample === null) return
  const { usage } = supervised.vitals
  supervised.vitals = observe(supervised.vitals, sample, supervised.config.policy)
  if (supervised.child.phase === 'up') supervised.lookAt = windowEnd(supervised, now)
  if (beatsDue && supervised.child.phase === 'up') askBeats(supervised, sample, watcherLateMs)
  if (context.sampling && supervised.vitals.usage !== usage) tellSample(context, supervised)
  const { breach, defer } = judgeAll(supervised, sample)
  tellDeferral(context, supervised, defer)
  if (breach !== null) context.feed(supervised, { type: 'breach', breach })
}

/** The machine slept or the host was stopped: nothing that was open across the gap counts, and a rung gets its time again. */
export function voidOpen(context: Context, supervised: Supervised, reason: DeferReason, gapMs: number): void {
  if (!WATCHED.has(supervised.child.phase)) return
  supervised.child = postponed(supervised.child, gapMs)
  supervised.vitals = voidWindow(supervised.vitals)
  for (const speaker of supervised.speakers.values()) {
    speaker.pending = null
    speaker.late = null
  }
  supervised.lookAt = context.ports.clock.now()
  supervised.deferred = null
  tellDeferral(context, supervised, reason)
}

/** The worst lateness of its speakers; null without a client. */
export function latenessOf({ speakers }: Supervised): number | null {
  if (speakers.size === 0) return null
  return Math.round(Math.max(...[...speakers.values()].map(speaker => speaker.late?.own ?? 0)))
}

/** null: gone (its exit is on its way), or nothing to be had at this look. */
function lookAt(context: Context, supervised: Supervised): Sample | null {
  supervised.probe ??= context.ports.sampler.open(supervised.child.pid as number)
  const sample = supervised.probe?.look() ?? null
  return sample === 'gone' ? null : sample
}

/** Before the look, so that one that throws is not due again at once. */
function schedule(supervised: Supervised, now: number, beatsDue: boolean): void {
  const { interval, heartbeatInterval } = supervised.config.policy
  supervised.lookAt = now + (supervised.child.phase === 'up' ? interval : Math.min(interval, LADDER_LOOK_MS))
  if (beatsDue) supervised.pingAt = now + heartbeatInterval
}

/** A look for a beat does not put off the end of the CPU window. */
function windowEnd({ vitals, config }: Supervised, now: number): number {
  return Math.max(now + 1, (vitals.window?.at ?? now) + config.policy.interval)
}

/** A pending beat gets one more look; who has none pending gets a ping, with a snapshot to count from. */
function askBeats(supervised: Supervised, own: Sample, watcherLateMs: number): void {
  const seq = supervised.nextSeq
  let asked = false
  for (const speaker of supervised.speakers.values()) {
    const sample = speaker.probe === null ? own : speaker.probe.look()
    if (sample === 'gone') forget(supervised, speaker)
    else if (sample === null) continue
    else if (speaker.pending !== null) wait(speaker, sample, watcherLateMs)
    else {
      speaker.pending = openPending(speaker.prompted ? seq : 0, sample)
      asked ||= speaker.prompted
    }
  }
  if (!asked) return
  supervised.nextSeq++
  supervised.launched?.send({ type: 'ping', seq })
}

function wait(speaker: Speaker, sample: Sample, watcherLateMs: number): void {
  speaker.pending = lookAgain(speaker.pending as NonNullable<Speaker['pending']>, sample, watcherLateMs)
  speaker.late = lateness(speaker.pending)
}

function forget(supervised: Supervised, speaker: Speaker): void {
  speaker.probe?.close()
  supervised.speakers.delete(speaker.pid)
}

/** Each speaker is judged alone, the ladder applies to the whole child. One that is deferred shields it from a CPU verdict. */
function judgeAll(supervised: Supervised, sample: Sample): Finding {
  const { vitals, config } = supervised
  const findings = lateOrNone(supervised).map(speaker => {
    const late = speaker?.late ?? null
    const overdue = late !== null && late.wall >= config.policy.heartbeatLimit
    const debugged = overdue && (speaker as Speaker).state.inspector
    const held = debugged || (overdue && isTraced(supervised, speaker as Speaker))
    return judge({ sample, vitals, late, debugged: held }, config.policy)
  })
  const defer = findings.find(finding => finding.defer !== null)?.defer ?? null
  const breaches = findings.map(finding => finding.breach).filter(breach => breach !== null)
  return { breach: breaches.find(breach => defer === null || breach.verdict !== 'cpu') ?? null, defer }
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

function tellSample(context: Context, supervised: Supervised): void {
  const { vitals } = supervised
  const { cpuMs, rss } = vitals.last as Sample
  const load = loadOf(supervised)
  const late = latenessOf(supervised)
  context.emit({
    type: 'sample',
    ...about(supervised, context.ports.clock),
    ...load,
    cpuMs,
    rss,
    footprint: footprint(vitals),
    lateness: late,
  })
}

/** cpu in % of one core, utilization in % of all, over the last closed window. */
export function loadOf({ vitals, config }: Supervised): { cpu: number; utilization: number } {
  const { usage } = vitals
  const cpu = usage === null ? 0 : (100 * usage.cpuMs) / usage.elapsedMs
  return { cpu: tenth(cpu), utilization: tenth(cpu / config.policy.cores) }
}

/** A percentage for people: CPU accounting is no finer. */
export const tenth = (percent: number): number => Math.round(percent * 10) / 10
