/** What comes in on a child's channel: hellos make speakers, beats answer pings. Each speaker is judged alone. */
import { Allowance } from '../core/allowance.js'
import { openPending } from '../core/lateness.js'
import { who } from '../core/tell.js'
import type { FromChild, SpeakerState } from '../wire/beats.js'
import { about, type Context, fault, type Speaker, type Supervised } from './context.js'
import { dealingsOf } from './dealings.js'
import { extend, isExtended } from './extend.js'
import { firstPing, forget, pulseFor, pulseOf } from './ping.js'

type Testimony = Extract<FromChild, { readonly type: 'activity' | 'testified' | 'exhausted' }>

/** A child with more is not judged by those beyond. */
const MOST_SPEAKERS = 64
/** So many pids are remembered to have been speakers. */
const MOST_MET = 4096
/** A program may replace itself by another that says hello again, a few times at once, and then once a second. */
const HELLOS = { perMs: 1 / 1000, most: 8 }
/** Words that come unasked are not looked into more often than this. */
const SOONEST_NOTIFY_MS = 50

export function hear(context: Context, supervised: Supervised, message: FromChild): void {
  if (message.type === 'hello') meet(context, supervised, message)
  else if (message.type === 'beat') beat(context, supervised, message)
  else if (message.type === 'extend') extend(context, supervised, message)
  else if (message.type === 'notify') notify(context, supervised)
  else testify(context, supervised, message)
}

/** A pid in a hello is only a claim, and it may get SIGUSR1 one day: never a stranger. */
function meet(context: Context, supervised: Supervised, state: SpeakerState): void {
  const refusal = supervised.speakers.has(state.pid)
    ? refuseAgain(context, supervised, state.pid)
    : refuseNewcomer(context, supervised, state.pid)
  if (refusal === null) greet(context, supervised, state, true)
  else fault(context, supervised, refusal.message, refusal.kind)
}

interface Refusal {
  readonly kind: string
  readonly message: string
}

function refuseAgain({ ports }: Context, { speakers }: Supervised, pid: number): Refusal | null {
  if (speakers.get(pid)?.hellos.take(ports.clock.now())) return null
  return { kind: 'hellos', message: `pid ${pid} says hello again and again` }
}

function refuseNewcomer(context: Context, supervised: Supervised, pid: number): Refusal | null {
  const now = context.ports.clock.now()
  const { newcomers, met } = dealingsOf(supervised, now)
  if (!newcomers.take(now)) return { kind: 'newcomers', message: 'too many of its processes say hello at once' }
  if (!context.ports.signals.isMember(pid, supervised.child.pid as number)) {
    return { kind: 'stranger', message: `pid ${pid} said hello on its channel, and is none of its processes` }
  }
  if (met.size < MOST_MET) met.add(pid)
  if (hasRoom(supervised)) return null
  return {
    kind: 'speakers',
    message: `more than ${MOST_SPEAKERS} of its processes have a heartbeat: the others are not asked`,
  }
}

function hasRoom(supervised: Supervised): boolean {
  if (supervised.speakers.size < MOST_SPEAKERS) return true
  for (const speaker of [...supervised.speakers.values()]) {
    if (pulseOf(speaker.probe ?? supervised.probe) === 'gone') forget(supervised, speaker)
  }
  return supervised.speakers.size < MOST_SPEAKERS
}

function greet(context: Context, supervised: Supervised, state: SpeakerState, prompted: boolean): Speaker {
  const { ports } = context
  const now = ports.clock.now()
  const own = state.pid === supervised.child.pid
  const known = supervised.speakers.get(state.pid)
  known?.probe?.close()
  const probe = own ? null : ports.sampler.open(state.pid, false)
  const hellos = known?.hellos ?? new Allowance(HELLOS.perMs, HELLOS.most, now)
  const speaker: Speaker = {
    pid: state.pid,
    probe,
    prompted,
    hellos,
    state,
    pending: null,
    late: null,
    isCutOff: false,
  }
  supervised.speakers.set(state.pid, speaker)
  const { heartbeatInterval } = supervised.config.policy
  if (supervised.pingAt === Infinity) supervised.pingAt = firstPing(now, heartbeatInterval, supervised.nth)
  context.arm(supervised)
  const message = `${who(supervised.child)} said hello: its heartbeat counts from now on`
  context.emit({ type: 'ready', ...about(supervised, ports.clock), pid: state.pid, message })
  return speaker
}

/** Only the answer to the ping that is out counts. An old one may have been on its way while its ping became void. */
function beat(context: Context, supervised: Supervised, answer: SpeakerState & { readonly seq: number }): void {
  const { pid, seq, usr1, inspector } = answer
  const speaker = supervised.speakers.get(pid)
  const now = context.ports.clock.now()
  const { met, accounts } = dealingsOf(supervised, now)
  if (seq >= supervised.nextSeq) {
    fault(context, supervised, `pid ${pid} answered ping ${seq}, which was never sent`, 'unasked')
  } else if (speaker !== undefined) {
    speaker.state = { pid, usr1, inspector }
    if (speaker.pending?.seq !== seq) return
    supervised.recorder.beat(now, now - speaker.pending.since.at, speaker.late?.own ?? 0)
    answered(speaker)
    accounts.delete(pid)
  } else if (!met.has(pid) && met.size < MOST_MET) {
    fault(context, supervised, `a beat of pid ${pid}, which has not said hello on its channel`, 'unknown speaker')
  }
}

function answered(speaker: Speaker): void {
  speaker.pending = null
  speaker.late = null
}

/** `WATCHDOG=1`: it has to be said again within heartbeatLimit, so the wait for the next begins at once. */
function notify(context: Context, supervised: Supervised): void {
  const { child } = supervised
  const now = context.ports.clock.now()
  const state: SpeakerState = { pid: child.pid as number, usr1: false, inspector: false }
  const known = supervised.speakers.get(state.pid)
  if (known?.pending && now - known.pending.since.at < SOONEST_NOTIFY_MS) return
  const speaker = known ?? greet(context, supervised, state, false)
  if (speaker.prompted) return
  answered(speaker)
  dealingsOf(supervised, now).accounts.delete(speaker.pid)
  if (isExtended(supervised, now)) return
  const pulse = pulseFor(supervised, speaker, now)
  if (pulse !== null && pulse !== 'gone') speaker.pending = openPending(0, pulse)
}

/** What is for the day it dies. A word about something else than this life's doings is for nobody. */
function testify(context: Context, supervised: Supervised, message: Testimony): void {
  const { child, dossier } = supervised
  const { life } = child
  if (message.type === 'testified') context.inquests.testified(supervised)
  else if (message.type === 'exhausted') dossier.exhausted = life
  else dossier.activity = { life, said: { at: context.ports.clock.wall(), text: message.text } }
}
