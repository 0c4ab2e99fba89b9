/** What is counted as it happens. No pid and no life is an attribute: each would make a new series of every life. */
import type { Verdict } from '../core/model.js'
import type { LimitEvent, WatcherEvent } from '../wire/events.js'

type Attributes = Readonly<Record<string, string | boolean>>

const VERDICT = 'osqwatch.verdict'
const CAUSE = 'osqwatch.cause'

export interface Counted {
  readonly unit: string
  readonly description: string
}

export const COUNTED = {
  'osqwatch.child.lives': { unit: '{life}', description: 'Lives begun.' },
  'osqwatch.child.exits': { unit: '{exit}', description: 'Lives ended, by cause.' },
  'osqwatch.child.breaches': { unit: '{breach}', description: 'Limits broken, by verdict and limit.' },
  'osqwatch.child.kills': { unit: '{kill}', description: 'SIGKILLs, by the verdict that they follow from.' },
  'osqwatch.child.deferrals': { unit: '{deferral}', description: 'Times that a child was not blamed, by reason.' },
  'osqwatch.child.backoffs': { unit: '{backoff}', description: 'Waits before a next life.' },
  'osqwatch.child.giveups': { unit: '{giveup}', description: 'Times that a child was given up.' },
  'osqwatch.child.incidents': { unit: '{incident}', description: 'Incidents, by cause.' },
  'osqwatch.faults': { unit: '{fault}', description: 'What went wrong and was survived.' },
} satisfies Record<string, Counted>

export type CountedName = keyof typeof COUNTED

type Count = readonly [name: CountedName, attributes: Attributes]

export class Counting {
  /** A `kill` does not say what it follows from; the `limit` before it, in the same life, does. */
  readonly #verdicts = new Map<string, Verdict>()

  /** What is to be counted for this event, if anything is. */
  of(event: WatcherEvent): Count | null {
    if (event.type === 'fault') return ['osqwatch.faults', event.child === undefined ? {} : named(event.child)]
    if (!('child' in event)) return null
    const child = named(event.child)
    switch (event.type) {
      case 'spawn':
        return ['osqwatch.child.lives', child]
      case 'limit':
        if (event.enforced) this.#verdicts.set(event.child, event.verdict)
        return ['osqwatch.child.breaches', { ...child, ...breach(event) }]
      case 'kill':
        return ['osqwatch.child.kills', { ...child, [VERDICT]: this.#verdicts.get(event.child) ?? 'none' }]
      case 'exit':
        this.#verdicts.delete(event.child)
        return ['osqwatch.child.exits', { ...child, [CAUSE]: event.cause }]
      case 'defer':
        return ['osqwatch.child.deferrals', { ...child, 'osqwatch.reason': event.reason }]
      case 'backoff':
        // One that is queued was told before.
        return event.queued ? null : ['osqwatch.child.backoffs', child]
      case 'giveup':
        return ['osqwatch.child.giveups', child]
      case 'incident':
        return ['osqwatch.child.incidents', { ...child, [CAUSE]: event.cause }]
      default:
        return null
    }
  }
}

const named = (child: string): Attributes => ({ 'osqwatch.child.name': child })

const breach = ({ verdict, limitName, enforced }: LimitEvent): Attributes => ({
  [VERDICT]: verdict,
  'osqwatch.limit.name': limitName,
  'osqwatch.enforced': enforced,
})
