/**
 * `osqwatch/child`: what a child may say to its watcher, and hear of its past. It reaches the client that was preloaded into this
 * process by a property of globalThis, for the app's copy of this package may be another one than the host's, and loads nothing
 * itself but what it is asked for.
 */
import type { Incident, IncidentVerdict } from './wire/incident.js' with { 'resolution-mode': 'import' }

interface Client {
  extend?(ms: number): boolean
  activity?(text: string): boolean
}

/** How the life before ended. */
export interface LastIncident {
  /** The whole of it: a file for `osqwatch incident`. */
  readonly path: string
  /** When that life ended, ms since the epoch. */
  readonly at: number
  /** One paragraph in plain words. */
  readonly account: string
  /** The limit that ended it; null: none did. */
  readonly verdict: IncidentVerdict['verdict'] | null
  readonly limitName: IncidentVerdict['limitName'] | null
  readonly cause: Incident['exit']['cause']
  readonly code: number | null
  readonly signal: string | null
  /** Failed lives in a row, that one included. */
  readonly streak: number
  readonly life: number
  /** The last that it said by `activity(…)`; null: nothing. */
  readonly activity: string | null
}

const CLIENT = Symbol.for('osqwatch.client')
const LAST_INCIDENT_ENV = 'OSQWATCH_LAST_INCIDENT'
const MOST_ACTIVITY_CHARS = 256

const client = (): Client | undefined => (globalThis as { readonly [CLIENT]?: Client })[CLIENT]

function refusal(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: 'ERR_OSQWATCH_OPTIONS' })
}

/**
 * Asks for `ms` of time, from now on, before long synchronous work: the watcher does not expect an answer meanwhile, and judges
 * neither heartbeat nor CPU; memory it does. Bounded by the child's `extendLimit`. The word has reached the system when this
 * returns true. false: there is no watcher that would hear it, as in a worker thread, or outside of osqwatch.
 */
// @ts-expect-error verbatimModuleSyntax does not know names that CommonJS exports
export function extend(ms: number): boolean {
  if (!(Number.isFinite(ms) && ms > 0)) {
    throw refusal(`ms is ${String(ms)}; it takes a number of milliseconds, more than 0`)
  }
  return client()?.extend?.(Math.ceil(ms)) ?? false
}

/**
 * Says what this process is about to do, so that an incident can tell what it was doing when it died; `''`: nothing. The first 256
 * characters count. The word has reached the system when this returns true; false as with `extend`.
 */
// @ts-expect-error verbatimModuleSyntax does not know names that CommonJS exports
export function activity(text: string): boolean {
  if (typeof text !== 'string') throw refusal(`text is a ${typeof text}; it takes a string`)
  return client()?.activity?.(text.slice(0, MOST_ACTIVITY_CHARS)) ?? false
}

/** How this child's last life that left an incident ended; null: there was none, or it cannot be read any more. */
// @ts-expect-error verbatimModuleSyntax does not know names that CommonJS exports
export function lastIncident(): LastIncident | null {
  const path = process.env[LAST_INCIDENT_ENV]
  if (!path) return null
  try {
    const { readFileSync } = require('node:fs') as typeof import('node:fs')
    const { at, account, verdict, exit, child }: Incident = JSON.parse(readFileSync(path, 'utf8'))
    return {
      ...{ path, at, account, verdict: verdict?.verdict ?? null, limitName: verdict?.limitName ?? null },
      ...{ cause: exit.cause, code: exit.code, signal: exit.signal },
      ...{ streak: child.streak, life: child.life, activity: child.activity?.text ?? null },
    }
  } catch {
    return null
  }
}
