import { performance } from 'node:perf_hooks'
import type { Pulse, Writable } from '../../core/samples.js'
import { endingOf, hasProc, isSame, readStat, startTime } from '../identity.js'
import type { Ending, Member } from '../ports.js'
import type { Relations } from './kinship.js'
import { blankFigures, type Life, NOBODY, type Single } from './single.js'

const UNTOLD = '?'

/** Of pidusage: what is used of it. */
export interface Status {
  /** bytes */
  readonly memory: number
  /** User + system CPU since it began, ms. */
  readonly ctime: number
  /** By the wall clock. */
  readonly timestamp: number
}

/** What a process needs of its adapter. */
export interface Answers {
  /** Asks for the next ones, unless that is under way. */
  ask(): void
  relations(pid: number): Relations | undefined
  forget(process: PidusageProcess): void
}

/** A process as it was in the last answer: its state, its main thread, its name and debuggers are not told. */
export class PidusageProcess implements Single {
  readonly figures = blankFigures()
  readonly start: string
  /** Not to be asked for before. */
  restUntil = 0
  #life: Life = 'nothing'
  #at = 0

  constructor(
    readonly pid: number,
    private readonly answers: Answers,
  ) {
    this.start = startTime(pid)
    this.figures.state = UNTOLD.charCodeAt(0)
  }

  read(): Life {
    if (!isSame(this)) return 'gone'
    this.answers.ask()
    this.place()
    return this.#life
  }

  readMemory(): Life {
    return this.read()
  }

  readAt(): number {
    return this.#at
  }

  pulse(into: Writable<Pulse>): Life {
    const life = this.read()
    if (life !== 'seen') return life
    into.at = this.#at
    into.state = UNTOLD
    into.ranMs = this.figures.ownMs
    into.waitMs = null
    return life
  }

  newChildren(): readonly number[] {
    return NOBODY
  }

  /** By the pid alone nobody can be sure: a signal that follows might hit somebody else. */
  group(): number | null {
    const stat = hasProc && isSame(this) ? readStat(this.pid) : null
    return stat !== null && String(stat.start) === this.start ? stat.pgrp : null
  }

  describe(): Member | null {
    if (!isSame(this)) return null
    const { parent, rss, ownMs } = this.figures
    return { pid: this.pid, parent, name: '', rss, cpuMs: ownMs }
  }

  traced(): boolean {
    return false
  }

  ending(): Ending | null {
    return endingOf(this)
  }

  close(): void {
    this.answers.forget(this)
  }

  /** Where it stands by the last listing. */
  place(): void {
    const relations = this.answers.relations(this.pid)
    if (relations !== undefined) Object.assign(this.figures, relations)
  }

  /** pidusage reads the wall clock, which may be set at any time; the moment lies between question and answer anyway. */
  receive({ memory, ctime, timestamp }: Status, askedAt: number): void {
    // A zombie still answers, with no memory; so does, for a moment, a program that becomes another. /proc tells them apart.
    if (memory === 0 && hasProc) return
    const now = performance.now()
    this.#life = memory === 0 ? 'gone' : 'seen'
    this.#at = Math.min(now, Math.max(askedAt, now - (Date.now() - timestamp)))
    this.figures.rss = memory
    this.figures.ownMs = ctime
  }
}
