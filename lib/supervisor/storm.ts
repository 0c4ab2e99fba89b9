/** What a storm changes: who fails with others waits longer, and too many at once have to wait for their turns. */
import { postponed } from '../core/machine.js'
import type { Breach, Effect } from '../core/model.js'
import { failed } from '../core/respawn.js'
import type { Step } from '../core/step.js'
import { jitter } from '../core/storm.js'
import { tellQueued } from '../core/tell.js'
import { about, type Context, type Supervised } from './context.js'

/** A step in its surroundings: a wait may become longer, and whoever waits for no turn any more gives up its place. */
export function surrounded(context: Context, supervised: Supervised, step: Step, at: number): Step {
  const { storm } = context
  const [{ name, phase }, effects] = step
  if (phase !== 'waiting') storm.respawns.leave(name)
  if (phase !== 'up') storm.kills.leave(name)
  if (effects.some(effect => effect.type === 'exit' && effect.failed)) storm.failures.note(name, at)
  return spread(context, supervised, step)
}

/** Those that failed together are not to begin together. */
function spread({ storm, ports }: Context, { config }: Supervised, step: Step): Step {
  const [child, effects] = step
  const wait = effects.find(isBackoff)
  const hasFailed = child.end !== null && failed(child.end, config.policy)
  if (wait === undefined || !hasFailed || !storm.failures.areTogether(child.name)) return step
  const more = jitter(wait.delay, ports.chance())
  const longer = { ...wait, delay: wait.delay + more }
  return [postponed(child, more), effects.map(effect => (effect === wait ? longer : effect))]
}

const isBackoff = (effect: Effect): effect is Extract<Effect, { type: 'backoff' }> => effect.type === 'backoff'

/** The wait for a new life is over; but is it this child's turn? Else it waits on, which is told once. */
export function mayBegin(context: Context, supervised: Supervised, now: number): boolean {
  const { respawns } = context.storm
  const { name, streak } = supervised.child
  const isKnown = respawns.has(name)
  if (respawns.ask(name, now)) return true
  if (!isKnown) {
    const delay = Math.round(respawns.lastAt(now) - now)
    const message = tellQueued(supervised.child, delay)
    context.emit({ type: 'backoff', ...about(supervised, context.ports.clock), delay, streak, queued: true, message })
  }
  supervised.child = { ...supervised.child, deadline: respawns.askAgainAt(now) }
  return false
}

/** May this limit be enforced now? Memory that has passed memoryHard cannot wait: the machine may be out of it by then. */
export function mayEnforce({ storm, ports }: Context, { child }: Supervised, breach: Breach): boolean {
  // In a ladder only memoryHard still counts.
  if (child.phase !== 'up') return breach.hard
  if (!breach.hard) return storm.kills.ask(child.name, ports.clock.now())
  storm.kills.count(ports.clock.now())
  return true
}
