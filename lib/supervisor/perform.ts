/** Effects → the world: each is done through a port, and told in one event. */
import type { Child, Effect } from '../core/model.js'
import { EXIT_CATASTROPHIC } from '../core/respawn.js'
import { tellBackoff, tellExit, tellGiveup, tellKill, tellLimit, who } from '../core/tell.js'
import { about, type Context, fault, type Speaker, type Supervised } from './context.js'
import { signalAll } from './leave.js'
import { pulseOf } from './ping.js'
import { suspect } from './probe.js'
import { spawn } from './spawn.js'

type EffectOf<T extends Effect['type']> = Extract<Effect, { type: T }>

type Performer<T extends Effect['type']> = (
  context: Context,
  supervised: Supervised,
  effect: EffectOf<T>,
  before: Child,
) => void

/** `before` is the child as it was when the effect was decided: events are told of the life that they belong to. */
export function perform(context: Context, supervised: Supervised, effect: Effect, before: Child): void {
  const performer = PERFORMERS[effect.type] as Performer<Effect['type']>
  performer(context, supervised, effect, before)
}

const PERFORMERS: { readonly [T in Effect['type']]: Performer<T> } = {
  spawn,
  limit,
  warn,
  terminate,
  kill,
  exit,
  backoff,
  giveup,
  stuck,
}

function limit(context: Context, supervised: Supervised, { breach, hold }: EffectOf<'limit'>): void {
  const { clock } = context.ports
  const { verdict, limitName, value, limit, state, hang, processes, measure } = breach
  const message = tellLimit(supervised.child, breach, supervised.config.policy, clock.now(), hold)
  const { enforce: enforced } = supervised.config.policy
  const broken = { verdict, limitName, value, limit, state, hang, processes, measure, enforced }
  const whose = about(supervised, clock)
  context.emit({ type: 'limit', ...whose, ...broken, message })
  if (enforced) context.inquests.open(supervised, breach, hold, { at: whose.at, message })
}

function warn(context: Context, supervised: Supervised, { breach }: EffectOf<'warn'>): void {
  const { config, launched } = supervised
  const { verdict, limitName, value, limit } = breach
  const told = { verdict, limitName, value, limit, terminateIn: config.policy.warnDelay }
  const message = `${verdict} limit ${limitName} was broken: SIGTERM follows in ${config.policy.warnDelay} ms`
  const sent = launched?.send({ type: 'warn', ...told, message }) ?? false
  const channel = sent && supervised.speakers.size > 0
  const pid = sigusr1Target(supervised)
  const signal = typeof pid === 'number' && context.ports.signals.one(pid, 'SIGUSR1') ? 'SIGUSR1' : null
  const why = signal === null ? (typeof pid === 'string' ? pid : 'its process is gone') : null
  const ways = [channel ? 'on its channel' : 'not on its channel: no client has said hello', why ?? 'by SIGUSR1'].join(
    ', ',
  )
  context.emit({
    type: 'warn',
    ...about(supervised, context.ports.clock),
    channel,
    signal,
    why,
    message: `${who(supervised.child)} warned ${ways}`,
  })
}

/** The one pid that may get SIGUSR1, or why none may: without a handler it kills a program or opens Node's debugger. */
function sigusr1Target({ child, config, speakers, probe }: Supervised): number | string {
  if (child.kind !== 'worker') return 'no SIGUSR1: that is for a worker'
  if (config.warnSignal === 'off') return 'no SIGUSR1: warnSignal is off'
  if (config.warnSignal === 'SIGUSR1') return child.pid as number
  const isThere = (speaker: Speaker) => pulseOf(speaker.probe ?? probe) !== 'gone'
  const listener = [...speakers.values()].find(speaker => speaker.state.usr1 && isThere(speaker))
  return listener?.pid ?? 'no SIGUSR1: the app is not heard to listen for it'
}

function terminate(context: Context, supervised: Supervised, effect: EffectOf<'terminate'>): void {
  const { clock } = context.ports
  signalAll(context, supervised, 'SIGTERM')
  suspect(context, supervised)
  const whom = effect.remnants ? `what ${who(supervised.child)} left in its process group` : who(supervised.child)
  context.emit({ type: 'terminate', ...about(supervised, clock), message: `${whom} gets SIGTERM` })
}

function kill(context: Context, supervised: Supervised, effect: EffectOf<'kill'>): void {
  const { child, config } = supervised
  signalAll(context, supervised, 'SIGKILL')
  supervised.killedAt = context.ports.clock.now()
  suspect(context, supervised)
  const message = effect.remnants
    ? `what ${who(child)} left in its process group gets SIGKILL`
    : tellKill(child, config.policy)
  context.emit({ type: 'kill', ...about(supervised, context.ports.clock), message })
}

function exit(context: Context, supervised: Supervised, effect: EffectOf<'exit'>, before: Child): void {
  const { code, signal, uptime, cause } = effect.end
  const message = supervised.spawnFailure ?? tellExit(before, effect.end)
  const whose = { ...about(supervised, context.ports.clock), pid: before.pid, life: before.life }
  const verdict = before.breach?.verdict ?? null
  context.inquests.ended(supervised, before, effect.end, effect.failed, message)
  context.emit({ type: 'exit', ...whose, code, signal, uptime, cause, verdict, message })
}

function backoff(context: Context, supervised: Supervised, effect: EffectOf<'backoff'>): void {
  const { child, config } = supervised
  const message = tellBackoff(child, effect.delay, config.policy)
  const wait = { delay: effect.delay, streak: child.streak, queued: false }
  context.emit({ type: 'backoff', ...about(supervised, context.ports.clock), ...wait, message })
}

/** Level app: that child stays down. osquery's levels: everything is stopped. */
function giveup(context: Context, supervised: Supervised, effect: EffectOf<'giveup'>, before: Child): void {
  const { code, reason } = effect
  const { policy, kind, name } = supervised.config
  context.inquests.givenUp(supervised, reason)
  const message = tellGiveup({ ...supervised.child, pid: before.pid }, reason, policy)
  context.emit({ type: 'giveup', ...about(supervised, context.ports.clock), pid: before.pid, code, reason, message })
  const isAll = kind === 'worker' && context.config.endWithWorker
  if (policy.level !== 'app' || isAll)
    context.shutdown(code, kind === 'worker' ? reason : `${reason} (extension ${name})`)
}

function stuck(context: Context, supervised: Supervised, effect: EffectOf<'stuck'>, before: Child): void {
  if (effect.remnants) {
    fault(context, supervised, 'SIGKILL did not end all of its process group')
    return
  }
  supervised.stuck = true
  fault(context, supervised, 'SIGKILL did not end it')
  context.shutdown(EXIT_CATASTROPHIC, `Watcher cannot stop worker process (${before.pid}).`)
}
