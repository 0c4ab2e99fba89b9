/** A life as the shell sees it: launched, known to the guard from its first instant, heard, ended. */
import { openVitals } from '../core/measure.js'
import { who } from '../core/tell.js'
import type { SpawnFailure } from '../os/ports.js'
import { about, type Context, fault, type Supervised, settleMs, UNSCHEDULED } from './context.js'
import { hear } from './hear.js'
import { isLeft } from './leave.js'
import { watch } from './watch.js'

export function spawn(context: Context, supervised: Supervised): void {
  const { life } = supervised.child
  const current = (act: () => void) => {
    if (supervised.child.life === life) context.survive(act, supervised)
  }
  supervised.spawnFailure = null
  supervised.stuck = false
  context.ports.guard.open()
  supervised.launched = context.ports.launcher.launch(supervised.config, {
    spawned: pid => current(() => spawned(context, supervised, pid)),
    failed: failure => current(() => failed(context, supervised, failure)),
    exited: (code, signal) => current(() => exited(context, supervised, code, signal)),
    heard: message => current(() => hear(context, supervised, message)),
    fault: message => current(() => fault(context, supervised, message)),
  })
}

/** The machine is told first; from the same instant the child is known to the guard and to the table that outlives the thread. */
function spawned(context: Context, supervised: Supervised, pid: number): void {
  const { ports } = context
  const { policy, tree } = supervised.config
  // Its age counts from here, whenever that is told.
  const [now, at] = [ports.clock.now(), ports.clock.wall()]
  supervised.vitals = openVitals(now, settleMs(policy))
  Object.assign(supervised, UNSCHEDULED, { once: null, windowAt: now })
  context.feed(supervised, { type: 'spawned', pid })
  context.survive(() => {
    supervised.probe = ports.sampler.open(pid, tree)
  }, supervised)
  const start = supervised.probe?.start ?? ''
  ports.lives.set(pid, start)
  ports.guard.watch({ pid, start }, policy.forcedShutdownDelay)
  const message = `${who(supervised.child)} started`
  context.emit({ type: 'spawn', ...about(supervised, ports.clock), at, message })
  watch(context, supervised, 0)
  context.arm(supervised)
}

function failed(context: Context, supervised: Supervised, failure: SpawnFailure): void {
  supervised.spawnFailure = failure.reason
  context.feed(supervised, { type: 'spawn-failed', ...failure })
}

/** Exits are noticed when they happen. What is left of the process group is asked in the same breath: its id is not reused yet. */
function exited(context: Context, supervised: Supervised, code: number | null, signal: string | null): void {
  const { pid } = supervised.child
  const remnants = pid !== null && isLeft(context, supervised)
  context.feed(supervised, { type: 'exited', code, signal, remnants })
}
