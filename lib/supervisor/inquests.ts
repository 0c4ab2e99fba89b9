/**
 * Why did it die? Evidence is taken between the verdict and SIGTERM, within the budget; at the end of the life all that is
 * known becomes an incident, once it is clear what follows. Nothing here is waited for but by the rung that it puts off.
 */
import type { Breach, End } from '../core/model.js'
import type { Examination } from '../os/ports.js'
import type { IncidentVerdict } from '../wire/incident.js'
import type { Context, Supervised } from './context.js'
import type { Draft, Inquest } from './dossier.js'
import { hasWitness, holdFor, question } from './questions.js'
import { tellIncident } from './tell-incident.js'

const UNASKED: Examination = { processes: [], commands: new Map(), notes: [] }
const NO_WITNESS =
  'no witness could be asked: none of its processes was Node with the client, or its witness had not begun yet'

export class Inquests {
  readonly #context: Context
  readonly #writing = new Set<Promise<void>>()

  constructor(context: Context) {
    this.#context = context
  }

  /** ms by which SIGTERM may be put off for evidence: nothing where none is taken, or none could be. */
  hold(supervised: Supervised, breach: Breach): number {
    const { incidents } = this.#context.config
    return incidents !== null && this.#isWorthIt(supervised, breach) ? holdFor(supervised, breach, incidents) : 0
  }

  /** A limit was broken, and is enforced. */
  open(supervised: Supervised, breach: Breach, hold: number, told: Pick<IncidentVerdict, 'at' | 'message'>): void {
    const { ports } = this.#context
    const { child, config, probe, dossier } = supervised
    const { incidents } = this.#context.config
    if (incidents === null) return
    const verdict = { ...told, ...breach, setBy: config.policy.sources[breach.limitName] }
    if (dossier.inquest?.life === child.life) {
      // Past memoryHard during its ladder: what was found is still so.
      dossier.inquest.verdict = verdict
      return
    }
    const inquest: Inquest = {
      life: child.life,
      openedAt: ports.clock.now(),
      verdict,
      tree: probe?.members() ?? [],
      machine: ports.forensics.machine(),
      found: UNASKED,
      notes: [],
      awaited: new Set(),
    }
    dossier.inquest = inquest
    const withinMs = Math.max(hold, Math.min(config.policy.warnDelay, incidents.budget))
    if (withinMs > 0 && this.#isWorthIt(supervised, breach)) this.#examine(supervised, inquest, breach, withinMs)
  }

  /** A witness has said all it had to say. */
  testified(supervised: Supervised): void {
    const { inquest } = supervised.dossier
    if (inquest?.life === supervised.child.life) this.#answered(supervised, inquest, 'witness')
  }

  /** Its first process has ended: what will not be there any more in a moment. */
  remember(supervised: Supervised): void {
    const { ports } = this.#context
    const { child, launched, speakers, dossier, vitals, probe } = supervised
    if (child.pid === null) return
    const said = dossier.activity
    dossier.remains = {
      life: child.life,
      pid: child.pid,
      bornAt: child.bornAt,
      tree: probe?.members() ?? [],
      testimony: launched?.testimony ?? null,
      pids: [...new Set([child.pid, ...speakers.keys(), ...supervised.dealings.met])],
      vitals,
      activity: said?.life === child.life ? said.said : null,
      machine: ports.forensics.machine(),
    }
  }

  /** A life has ended; what follows is not known yet. */
  ended(supervised: Supervised, whose: Pick<Draft, 'life' | 'pid'>, end: End, failed: boolean, message: string): void {
    const { dossier } = supervised
    const ofLife = <T extends { readonly life: number }>(found: T | null) => (found?.life === whose.life ? found : null)
    const { life, pid } = whose
    const at = this.#context.ports.clock.wall()
    const found = { remains: ofLife(dossier.remains), inquest: ofLife(dossier.inquest) }
    const words = this.#context.ports.forensics.lastWords(supervised.child.name, life)
    Object.assign(dossier, {
      remains: null,
      inquest: null,
      draft: { at, life, pid, end, failed, message, words, ...found, giveup: null },
    })
  }

  givenUp({ dossier }: Supervised, reason: string): void {
    if (dossier.draft !== null) dossier.draft.giveup = reason
  }

  /** Nothing is left of that life, and the rules have said what follows. */
  settle(supervised: Supervised): void {
    const { draft } = supervised.dossier
    const { phase } = supervised.child
    if (draft === null || phase === 'sweeping' || phase === 'purging') return
    supervised.dossier.draft = null
    const isKept = this.#context.config.incidents !== null
    const tells = isKept && (draft.failed || draft.end.cause === 'limit' || draft.giveup !== null)
    const writing = this.#conclude(supervised, draft, tells).catch(error => this.#context.fault(error, supervised))
    this.#writing.add(writing)
    void writing.then(() => this.#writing.delete(writing))
  }

  /** Settles when all that has happened is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing)
  }

  /** Who crashes again and again is looked into now and then, and whoever is to be spared nothing not at all. */
  #isWorthIt({ config, dossier }: Supervised, { hard }: Breach): boolean {
    const { incidents } = this.#context.config
    if (incidents === null || incidents.budget === 0 || hard || !config.policy.enforce) return false
    return this.#context.ports.clock.now() - dossier.examinedAt >= incidents.cooldown
  }

  #examine(supervised: Supervised, inquest: Inquest, breach: Breach, withinMs: number): void {
    const { ports, config } = this.#context
    supervised.dossier.examinedAt = inquest.openedAt
    if (hasWitness(supervised, breach)) {
      const asked = question(breach, config.incidents?.heapSnapshot ?? 0, withinMs)
      if (supervised.launched?.examine(asked)) inquest.awaited.add('witness')
      else inquest.notes.push(NO_WITNESS)
    }
    inquest.awaited.add('system')
    ports.forensics.examine(
      inquest.tree.map(({ pid }) => pid),
      withinMs,
      found =>
        this.#context.survive(() => {
          inquest.found = found
          this.#answered(supervised, inquest, 'system')
        }, supervised),
    )
  }

  /** When all have answered, SIGTERM need not wait for them. */
  #answered(supervised: Supervised, inquest: Inquest, who: 'system' | 'witness'): void {
    inquest.awaited.delete(who)
    if (inquest.awaited.size > 0 || supervised.dossier.inquest !== inquest) return
    const within = inquest.openedAt + supervised.config.policy.warnDelay - this.#context.ports.clock.now()
    this.#context.feed(supervised, { type: 'examined', within: Math.max(0, within) })
  }

  async #conclude(supervised: Supervised, draft: Draft, tells: boolean): Promise<void> {
    const { forensics } = this.#context.ports
    const { remains } = draft
    if (tells) await tellIncident(this.#context, supervised, draft)
    if (remains?.testimony) await forensics.dropTestimony(remains.testimony, remains.pids)
  }
}
