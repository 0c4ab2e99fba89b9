/** What probes are made of: single processes, and who is whose. An adapter brings both. */
import type { Pulse, Writable } from '../../core/samples.js'
import type { Ending, Member, Sight } from '../ports.js'

/** What a process told last. One object a process is filled again and again. */
export interface Figures {
  /** The state's letter as a character code. */
  state: number
  parent: number
  pgrp: number
  session: number
  /** Its own CPU, and that of children that it waited for: 0 where the system does not tell. */
  ownMs: number
  reapedMs: number
  rss: number
}

/** As a Sight; but a zombie is told from what is gone: the CPU that it used can still be read. */
export type Life = Sight | 'zombie'

export interface Single {
  readonly pid: number
  readonly start: string
  readonly figures: Figures
  /** Renews all figures. */
  read(): Life
  /** Renews `rss` alone, the cheapest way. */
  readMemory(): Life
  /** The moment, on the clock of performance.now(), that the last reading tells of. */
  readAt(): number
  pulse(into: Writable<Pulse>): Life
  /** Children that it tells of at this moment, less those that are known. */
  newChildren(known: ReadonlyMap<number, unknown>): readonly number[]
  /** Its process group at this moment; null where it lives no more, or where that is not certain. */
  group(): number | null
  /** null: it lives no more. */
  describe(): Member | null
  traced(): boolean
  /** null: it lives, or nobody can tell any more. */
  ending(): Ending | null
  close(): void
}

/** Who is whose, of all processes of the machine: for children that their parent's own list does not name. */
export interface Kin {
  /** Looks again if that is due. The number of the edition that is known now: the same number, the same answers. */
  renew(now: number, oldestMs: number): number
  /** Processes whose parent, process group or session that is. */
  of(pid: number): readonly number[]
  /** 0: unknown. */
  parentOf(pid: number): number
}

/** How the root's tree finds and opens the others. null: it is not there, or cannot be looked at now. */
export interface Family {
  readonly kin: Kin
  open(pid: number): Single | null
}

export const NOBODY: readonly number[] = Object.freeze([])

export function blankFigures(): Figures {
  return { state: 0, parent: 0, pgrp: 0, session: 0, ownMs: 0, reapedMs: 0, rss: 0 }
}

/** To the one who asks, a zombie is gone. */
export function sightOf(life: Life): Sight {
  return life === 'zombie' ? 'gone' : life
}
