/** A death becomes an incident: what is still to be read is gathered, the record is kept, main is told, and so is the next life. */
import type { IncidentNext } from '../wire/incident.js'
import type { Context, Supervised } from './context.js'
import type { Draft } from './dossier.js'
import { incidentOf } from './incident.js'

/** Signals that make the kernel write a core. */
const CORES: ReadonlySet<string> = new Set(
  'SIGABRT SIGBUS SIGFPE SIGILL SIGQUIT SIGSEGV SIGSYS SIGTRAP SIGXCPU SIGXFSZ'.split(' '),
)

export async function tellIncident(context: Context, supervised: Supervised, draft: Draft): Promise<void> {
  const { ports } = context
  const { forensics, clock } = ports
  const { remains, end, life, pid, at } = draft
  const { name, streak } = supervised.child
  const next = nextOf(supervised, draft, clock.now())
  const words = forensics.lastWords(name, life) ?? draft.words
  // By the end of the next line another life may have begun.
  const [node, core] = await Promise.all([
    remains?.testimony ? forensics.testimony(remains.testimony, remains.pids) : [],
    remains !== null && CORES.has(end.signal ?? '') ? forensics.core(remains.pid, supervised.config.cwd, at) : null,
  ])
  const incident = incidentOf(context, supervised, { draft, streak, next, words, node, core })
  const kept = await forensics.keep(incident)
  const path = 'path' in kept ? kept.path : null
  if (path !== null) supervised.dossier.last = path
  const { cause } = end
  const { account } = incident
  const error = 'error' in kept ? kept.error : null
  const verdict = draft.inquest?.verdict.verdict ?? null
  const where = error === null ? `the whole story is in ${path}` : `its story could not be written: ${error}`
  context.emit({
    type: 'incident',
    ...{ at: clock.wall(), child: name, pid, life },
    path,
    error,
    cause,
    verdict,
    account,
    message: `${account} (${where})`,
  })
}

function nextOf({ child }: Supervised, { giveup }: Draft, now: number): IncidentNext {
  if (giveup !== null) return { type: 'giveup', delay: null, reason: giveup }
  if (child.phase === 'down') return { type: 'stays-down', delay: null, reason: null }
  return { type: 'respawn', delay: Math.max(0, Math.round((child.deadline ?? now) - now)), reason: null }
}
