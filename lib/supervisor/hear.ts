/** What comes in on a child's channel: hellos make speakers, beats answer pings. Each speaker is judged alone. */
import { openPending } from '../core/lateness.js'
import { who } from '../core/tell.js'
import type { FromChild, SpeakerState } from '../wire/beats.js'
import { about, type Context, fault, type Speaker, type Supervised } from './context.js'
import { firstPing, pulseFor } from './ping.js'

export function hear(context: Context, supervised: Supervised, message: FromChild): void {
  if (message.type === 'hello') meet(context, supervised, message)
  else if (message.type === 'beat') beat(supervised, message)
  else notify(context, supervised)
}

/** A pid in a hello is only a claim, and it may get SIGUSR1 one day: never a stranger. */
function meet(context: Context, supervised: Supervised, state: SpeakerState): void {
  const leader = supervised.child.pid as number
  if (context.ports.signals.isMember(state.pid, leader)) greet(context, supervised, state, true)
  else fault(context, supervised, `pid ${state.pid} said hello on its channel, and is none of its processes`)
}

function greet(context: Context, supervised: Supervised, state: SpeakerState, prompted: boolean): Speaker {
  const { ports } = context
  const own = state.pid === supervised.child.pid
  supervised.speakers.get(state.pid)?.probe?.close()
  const probe = own ? null : ports.sampler.open(state.pid, false)
  const speaker: Speaker = { pid: state.pid, probe, prompted, state, pending: null, late: null }
  supervised.speakers.set(state.pid, speaker)
  const { heartbeatInterval } = supervised.config.policy
  if (supervised.pingAt === Infinity) {
    supervised.pingAt = firstPing(ports.clock.now(), heartbeatInterval, supervised.nth)
  }
  context.arm(supervised)
  const message = `${who(supervised.child)} said hello: its heartbeat counts from now on`
  context.emit({ type: 'ready', ...about(supervised, ports.clock), pid: state.pid, message })
  return speaker
}

/** Only the answer to the ping that is out counts: a flood of old or invented ones changes nothing. */
function beat(supervised: Supervised, answer: SpeakerState & { readonly seq: number }): void {
  const speaker = supervised.speakers.get(answer.pid)
  if (speaker === undefined) return
  speaker.state = { pid: answer.pid, usr1: answer.usr1, inspector: answer.inspector }
  if (speaker.pending?.seq !== answer.seq) return
  speaker.pending = null
  speaker.late = null
}

/** `WATCHDOG=1`: it has to be said again within heartbeatLimit, so the wait for the next begins at once. */
function notify(context: Context, supervised: Supervised): void {
  const { child } = supervised
  const state: SpeakerState = { pid: child.pid as number, usr1: false, inspector: false }
  const known = supervised.speakers.get(state.pid)
  const speaker = known ?? greet(context, supervised, state, false)
  if (speaker.prompted) return
  const pulse = pulseFor(supervised, speaker, context.ports.clock.now())
  speaker.pending = pulse === null || pulse === 'gone' ? null : openPending(0, pulse)
  speaker.late = null
}
