/** A life as the shell sees it: launched, known to the guard from its first instant, heard, ended. */
import { openVitals } from '../core/measure.js'
import { who } from '../core/tell.js'
import { formatMs } from '../core/units.js'
import type { SpawnFailure } from '../os/ports.js'
import type { LAST_INCIDENT_ENV } from '../wire/incident.js'
import { about, type Context, fault, type Supervised, settleMs, UNSCHEDULED } from './context.js'
import { hear } from './hear.js'
import { isLeft } from './leave.js'
import { wasAsked } from './pass.js'
import { openProbe } from './probe.js'
import { watch } from './watch.js'

export function spawn(context: Context, supervised: Supervised): void {
  const { life } = supervised.child
  const current = (act: () => void) => {
    if (supervised.child.life === life) context.survive(act, supervised)
  }
  supervised.spawnFailure = null
  supervised.stuck = false
  context.ports.guard.open()
  supervised.launched = context.ports.launcher.launch(
    supervised.config,
    life,
    {
      spawned: (pid, age, mark) => current(() => spawned(context, supervised, pid, age, mark)),
      failed: failure => current(() => failed(context, supervised, failure)),
      exited: (code, signal) => current(() => exited(context, supervised, code, signal)),
      heard: message => current(() => hear(context, supervised, message)),
      fault: (message, kind) => current(() => fault(context, supervised, message, kind)),
    },
    toldOf(supervised),
  )
}

const LAST: typeof LAST_INCIDENT_ENV = 'OSQWATCH_LAST_INCIDENT'

/** Where the story of the last death is. */
const toldOf = ({ dossier }: Supervised): Record<string, string> =>
  dossier.last === null ? {} : { [LAST]: dossier.last }

/** The machine is told first; from the same instant the child is known to the guard and to the table that outlives the thread. */
function spawned(context: Context, supervised: Supervised, pid: number, age: number, mark?: string): void {
  const { ports } = context
  const { policy, kind } = supervised.config
  // Its age counts from here, whenever that is told.
  const [now, at] = [ports.clock.now(), ports.clock.wall()]
  supervised.vitals = openVitals(now - age, Math.max(settleMs(policy), age))
  Object.assign(supervised, UNSCHEDULED, { once: null, windowAt: now })
  context.feed(supervised, { type: 'spawned', pid, age })
  context.survive(() => openProbe(context, supervised), supervised)
  if (mark !== undefined) context.escapes.began(supervised, mark)
  if (kind === 'adopted') {
    const message = `${who(supervised.child)} was adopted, ${formatMs(age)} after its start`
    context.emit({ type: 'adopt', ...about(supervised, ports.clock), at, message })
  } else {
    const start = supervised.probe?.start ?? ''
    ports.lives.set(pid, start)
    // Who shares its host's group leads none: its tree is all that there is to be found.
    ports.guard.watch({ pid, start }, policy.forcedShutdownDelay, supervised.config.group === 'shared')
    const message = `${who(supervised.child)} started`
    context.emit({ type: 'spawn', ...about(supervised, ports.clock), at, message })
  }
  watch(context, supervised, 0)
  context.arm(supervised)
}

function failed(context: Context, supervised: Supervised, failure: SpawnFailure): void {
  supervised.spawnFailure = failure.reason
  if (failure.code === 'EMFILE' || failure.code === 'ENFILE') context.ports.sampler.relent()
  context.feed(supervised, { type: 'spawn-failed', ...failure })
}

/**
 * Exits are noticed when they happen. What is left of the process group is asked in the same breath: its id is not reused yet.
 * What an adopted child leaves behind by itself is its own business: it may have opened somebody's browser.
 */
export function exited(context: Context, supervised: Supervised, code: number | null, signal: string | null): void {
  const { pid, phase, kind } = supervised.child
  const isOurs = kind !== 'adopted' || phase !== 'up'
  const remnants = pid !== null && isOurs && isLeft(context, supervised)
  if (wasAsked(context, supervised, signal)) context.feed(supervised, { type: 'asked', within: Infinity })
  context.survive(() => context.inquests.remember(supervised), supervised)
  context.feed(supervised, {
    type: 'exited',
    code,
    signal,
    remnants,
    because: becauseOf(context, supervised, code, signal),
  })
}

/** A shell's number for SIGABRT: the first process of a container does not die of signals. */
const ABORTED = 134

/** What the system does not tell with the end itself. */
function becauseOf({ ports }: Context, { child, dossier }: Supervised, code: number | null, signal: string | null) {
  const { forensics } = ports
  if (signal === 'SIGKILL') return child.phase !== 'killing' && forensics.kernelKilled() ? 'oom' : null
  if (signal === null && code !== ABORTED) return null
  const words = forensics.lastWords(child.name, child.life)
  const isHeap = dossier.exhausted === child.life || (words !== null && forensics.saysHeapExhausted(words.text))
  return isHeap ? 'heap' : null
}

/** The life is over and nothing of it is left in its group and tree. */
export function release(context: Context, supervised: Supervised, pid: number, life: number): void {
  const { ports, escapes } = context
  for (const speaker of supervised.speakers.values()) speaker.probe?.close()
  supervised.speakers.clear()
  supervised.probe?.close()
  supervised.probe = null
  supervised.launched?.close()
  supervised.launched = null
  supervised.deferred = null
  // The adopted are main's: its guard knows them.
  if (supervised.config.kind === 'adopted') return
  ports.guard.forget(pid)
  ports.lives.clear(pid)
  escapes.ended(supervised, pid, life)
}
