/** What is kept of a child for the day it dies: what it said that it was doing, what was found when it broke a limit. */

import type { Vitals } from '../core/measure.js'
import type { End } from '../core/model.js'
import type { Examination, LastWords, Member } from '../os/ports.js'
import type { MachineState } from '../wire/evidence.js'
import type { Activity, IncidentVerdict } from '../wire/incident.js'

/** A limit was broken: what was found before the child was ended for it. */
export interface Inquest {
  readonly life: number
  /** monotonic */
  readonly openedAt: number
  verdict: IncidentVerdict
  readonly tree: readonly Member[]
  readonly machine: MachineState
  found: Examination
  /** Who could not be asked, a line each. */
  readonly notes: string[]
  /** Who has not answered yet: the system's helper, and the pids of witnesses, who need not be known. */
  readonly awaited: Set<'system' | 'witness'>
}

/** What was there in the moment of its end. */
export interface Remains {
  readonly life: number
  readonly pid: number
  readonly bornAt: number
  readonly tree: readonly Member[]
  /** Where its witnesses left what they know, and who had one. */
  readonly testimony: string | null
  readonly pids: readonly number[]
  readonly vitals: Vitals
  readonly activity: Activity | null
  readonly machine: MachineState
}

/** The end of a life, until it is known what follows. */
export interface Draft {
  /** ms since the epoch */
  readonly at: number
  readonly life: number
  readonly pid: number | null
  readonly end: End
  readonly failed: boolean
  readonly message: string
  /** As far as they were there at its end: the next life may begin in the same breath, and they are that one's then. */
  readonly words: LastWords | null
  readonly remains: Remains | null
  readonly inquest: Inquest | null
  giveup: string | null
}

export interface Dossier {
  activity: { readonly life: number; readonly said: Activity } | null
  /** A witness saw it run out of heap, in that life. */
  exhausted: number | null
  inquest: Inquest | null
  remains: Remains | null
  draft: Draft | null
  /** When evidence was taken last; monotonic. */
  examinedAt: number
  /** Path of the last incident. */
  last: string | null
}

export const openDossier = (): Dossier => ({
  activity: null,
  exhausted: null,
  inquest: null,
  remains: null,
  draft: null,
  examinedAt: Number.NEGATIVE_INFINITY,
  last: null,
})
