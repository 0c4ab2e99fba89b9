/** Beats: a ping to whoever answers on a child's channel, and a look at whoever has not answered yet. */
import { lateness, lookAgain, openPending } from '../core/lateness.js'
import type { Pulse } from '../core/samples.js'
import type { Probe } from '../os/ports.js'
import { type Context, fault, type Speaker, type Supervised } from './context.js'
import { isExtended } from './extend.js'

/** Verdicts are not looked for more often than this. */
const SOONEST_VERDICT_MS = 20

/** Pings go out in bursts, for wake-ups are dear; of ten children each, for they answer all at once and need processors for it. */
const BURST = 10
const BURSTS = 10

/** The first ping after a hello: with the others of its burst. `nth` child of the watcher. */
export function firstPing(now: number, heartbeatInterval: number, nth: number): number {
  const burst = Math.floor(nth / BURST) % BURSTS
  return nextPing(now, heartbeatInterval, (burst / BURSTS) * heartbeatInterval)
}

/** The next moment that is whole intervals away from `phase`. */
function nextPing(now: number, interval: number, phase: number): number {
  return interval === Infinity ? Infinity : phase + (Math.floor((now - phase) / interval) + 1) * interval
}

/** A pending beat gets one more look; at a ping's time, who has none pending gets a ping, with a snapshot to count from. */
export function askBeats(context: Context, supervised: Supervised, watcherLateMs: number): void {
  const now = context.ports.clock.now()
  const { heartbeatInterval } = supervised.config.policy
  if (isExtended(supervised, now)) {
    supervised.pingAt = nextPing(supervised.dealings.extendedUntil, heartbeatInterval, supervised.pingAt)
    return
  }
  const pings = now >= supervised.pingAt
  if (pings) supervised.pingAt = nextPing(now, heartbeatInterval, supervised.pingAt)
  let asked = false
  const hears = supervised.launched?.hears() ?? false
  for (const speaker of supervised.speakers.values()) {
    if (speaker.prompted && !hears) cutOff(context, supervised, speaker, pings)
    if (speaker.isCutOff || (speaker.pending === null && !pings)) continue
    const pulse = pulseFor(supervised, speaker, now)
    if (pulse === 'gone') forget(supervised, speaker)
    else if (pulse === null) continue
    else if (speaker.pending !== null) wait(supervised, speaker, pulse, watcherLateMs)
    else {
      speaker.pending = openPending(speaker.prompted ? supervised.nextSeq : 0, pulse)
      asked ||= speaker.prompted
    }
  }
  supervised.verdictAt = nextVerdict(supervised, now)
  if (asked) supervised.launched?.send({ type: 'ping', seq: supervised.nextSeq++ })
}

/**
 * It closed its channel, or became another program (exec): nobody is there who could answer, and what it is now is judged by the
 * system's figures alone. Mostly its end is on its way, so this is told, and final, at the ping after.
 */
function cutOff(context: Context, supervised: Supervised, speaker: Speaker, pings: boolean): void {
  if (!pings) return
  if (speaker.isCutOff) {
    forget(supervised, speaker)
    fault(
      context,
      supervised,
      `pid ${speaker.pid} has closed its heartbeat channel: it is not asked any more`,
      'closed',
    )
  }
  speaker.isCutOff = true
  speaker.pending = null
  speaker.late = null
}

/**
 * Whoever is not to be seen in /proc (hidepid) may live all the same: the end of a child of ours is told in another way. Until
 * then nothing but the time is known of it, and all of that is its own. Not that of a zombie, whose end has still to be told.
 */
export function pulseFor({ config, probe }: Supervised, speaker: Speaker, at: number): Pulse | 'gone' | null {
  const pulse = pulseOf(speaker.probe ?? probe)
  const isHidden = pulse === 'gone' || probe === null
  if (!isHidden || speaker.probe !== null || config.kind === 'adopted') return pulse
  if (probe !== null && probe.ending() !== null) return null
  const { ranMs, waitMs } = speaker.pending?.last ?? { ranMs: 0, waitMs: null }
  return { at, ranMs, waitMs, state: '?' }
}

/** null: not to be told at this moment. */
export function pulseOf(probe: Probe | null): Pulse | 'gone' | null {
  const pulse = { at: 0, ranMs: 0, waitMs: null, state: '?' }
  const sight = probe?.pulse(pulse) ?? 'nothing'
  if (sight === 'seen') return pulse
  return sight === 'gone' ? 'gone' : null
}

/** The soonest that a pending beat can be late enough, when all the time until then is the child's own. */
function nextVerdict({ speakers, config }: Supervised, now: number): number {
  let soonest = Infinity
  for (const { pending, late } of speakers.values()) {
    const left = config.policy.heartbeatLimit - (late?.own ?? 0)
    if (pending !== null && left > 0) soonest = Math.min(soonest, now + Math.max(left, SOONEST_VERDICT_MS))
  }
  return soonest
}

function wait({ recorder }: Supervised, speaker: Speaker, pulse: Pulse, watcherLateMs: number): void {
  speaker.pending = lookAgain(speaker.pending as NonNullable<Speaker['pending']>, pulse, watcherLateMs)
  speaker.late = lateness(speaker.pending)
  recorder.beat(pulse.at, speaker.late.wall, speaker.late.own)
}

/** It has ended. */
export function forget(supervised: Supervised, speaker: Speaker): void {
  speaker.probe?.close()
  supervised.dealings.accounts.delete(speaker.pid)
  supervised.speakers.delete(speaker.pid)
}
