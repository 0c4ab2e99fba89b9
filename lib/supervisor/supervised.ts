/** One supervised child as the loop has it. */
import { newborn } from '../core/machine.js'
import { openVitals, type Vitals } from '../core/measure.js'
import type { Child, DeferReason, LimitName, Phase, Policy } from '../core/model.js'
import { Recorder } from '../core/recorder.js'
import type { Launched, Probe } from '../os/ports.js'
import type { ChildConfig } from '../wire/commands.js'
import { type Dealings, openDealings } from './dealings.js'
import { type Dossier, openDossier } from './dossier.js'
import type { Speaker } from './speaker.js'

/** One child: the machine's state, and what belongs to its present life. */
export interface Supervised {
  readonly config: ChildConfig
  /** So many children there were before it. */
  readonly nth: number
  child: Child
  vitals: Vitals
  /** The last ten minutes, over all its lives. */
  readonly recorder: Recorder
  readonly dossier: Dossier
  launched: Launched | null
  probe: Probe | null
  readonly speakers: Map<number, Speaker>
  /** What was said on its channel in this life: ask `dealingsOf`. */
  dealings: Dealings
  nextSeq: number
  /** From when on something may be done, and when it is late (due.ts): renewed by `arm` after every change. */
  readonly due: { from: number; by: number }
  /** When the CPU window ends, and with it the next whole look is due. */
  windowAt: number
  /** When memory is looked at again, and the gap that led there; Infinity: no limit asks for it. */
  lookAt: number
  lookGap: number
  /** Broken limits that have been told, in shadow mode, or that wait for their ladder's turn: no look is made for them alone. */
  standing: readonly LimitName[]
  /** No alarm is raised before: the last one is being confirmed, or was refuted. */
  quietUntil: number
  /** No reading is asked for before, whatever has grown meanwhile: it is dear to the child, too. */
  restUntil: number
  /** The last reading with shared pages counted once, beside the resident sizes that it belongs to. */
  once: { readonly bytes: number; readonly rss: number } | null
  pingAt: number
  /** When the beat that is pending could be late enough for a verdict. */
  verdictAt: number
  /** When a swept group is asked about next. */
  sweepAt: number
  /** Adopted: when it is asked whether it is gone, and since when it seems to be. */
  askAt: number
  goneAt: number
  /** Adopted: there is no such process any more, or another has its pid. */
  isStranger: boolean
  /** Looks in this life that did not find it, though its end was not told. */
  unseenLooks: number
  /** The last signal that was passed on to it, and until when its end is put down to that. */
  passed: { readonly signal: string; readonly until: number } | null
  /** Said already, so that it is said once. */
  deferred: DeferReason | null
  /** Why it could not be started at all. */
  spawnFailure: string | null
  /** When it, or what is left of it, got SIGKILL last. */
  killedAt: number
  /** SIGKILL did not end it: nobody waits for it any more. */
  stuck: boolean
}

/** A life that nobody has looked at yet: at once, and no ping before its hello. */
export const UNSCHEDULED = {
  windowAt: 0,
  lookAt: Infinity,
  lookGap: Infinity,
  standing: [],
  quietUntil: 0,
  restUntil: 0,
  pingAt: Infinity,
  verdictAt: Infinity,
  askAt: Infinity,
  goneAt: Infinity,
  isStranger: false,
  unseenLooks: 0,
  passed: null,
} as const

export const supervise = (config: ChildConfig, nth: number): Supervised => ({
  config,
  nth,
  child: newborn(config.name, config.kind),
  vitals: openVitals(0, 0),
  recorder: new Recorder(settleMs(config.policy)),
  dossier: openDossier(),
  launched: null,
  probe: null,
  speakers: new Map(),
  dealings: openDealings(0, 0),
  nextSeq: 1,
  due: { from: Infinity, by: Infinity },
  ...UNSCHEDULED,
  once: null,
  sweepAt: 0,
  deferred: null,
  spawnFailure: null,
  killedAt: 0,
  stuck: false,
})

/** Phases in which a child is looked at. In a ladder only memoryHard still counts. */
export const WATCHED: ReadonlySet<Phase> = new Set(['up', 'warned', 'terminating'])

/** It has ended, and members of its process group have not. */
export const isSwept = ({ child }: Supervised): boolean => child.phase === 'sweeping' || child.phase === 'purging'

/** Resident size is taken as the baseline one interval after spawn; with sampling windows off, after osquery's 3 s. */
export const settleMs = (policy: Policy): number => (Number.isFinite(policy.interval) ? policy.interval : 3000)
