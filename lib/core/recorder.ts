/**
 * THE FLIGHT RECORDER: the last ten minutes of one child, over all its lives, in some tens of kilobytes that are taken once. Times
 * go in as monotonic ms, and come out as the reader wants them.
 */

import { Ring } from './ring.js'
import type { MemorySample, Sample } from './samples.js'

const SPAN_MS = 600_000
/** However short its windows. */
const MOST_SAMPLES = 600
/** Beats of so many ms are one row, the worst. */
const BEATS_MS = 2_500
const MOST_LOOKS = 128
const MOST_EVENTS = 96
/** Samples that are enough for a small picture. */
const RECENT = 30

/** Columns of the rings; `at` is the first of each. */
const AT = 0
const LIFE = 1
const CPU = 2
const RSS = 3
const SHARED = 7
const PROCESSES = 4
const LATENESS = 5
const STATE = 6
const LOOK_RSS = 1
const LOOK_SHARED = 2
const WALL = 1
const OWN = 2

/** What was told of a child; `at` is for people, ms since the epoch. */
export interface Told {
  readonly at: number
  readonly life: number
  readonly type: string
  readonly message: string
}

export class Recorder {
  readonly #samples: Ring
  readonly #looks = new Ring(MOST_LOOKS, 3)
  readonly #beats = new Ring(Math.ceil(SPAN_MS / BEATS_MS), 3)
  readonly #told: Told[] = []
  #worst = Number.NaN

  /** `windowMs`: how often a whole look comes. */
  constructor(windowMs: number) {
    const rows = Number.isFinite(windowMs) ? Math.ceil(SPAN_MS / windowMs) : MOST_SAMPLES
    this.#samples = new Ring(Math.min(rows, MOST_SAMPLES), 8)
  }

  /** `shared`: bytes that `rss` counts more than once, as far as is known; NaN: it is not. */
  sample({ at, cpuMs, rss, processes, state }: Sample, life: number, shared: number): void {
    const row = this.#samples
    row.begin()
    row.set(AT, at)
    row.set(LIFE, life)
    row.set(CPU, cpuMs)
    row.set(RSS, rss)
    row.set(SHARED, shared)
    row.set(PROCESSES, processes)
    row.set(LATENESS, this.#worst)
    row.set(STATE, state.charCodeAt(0))
    this.#worst = Number.NaN
  }

  look({ at, rss }: MemorySample, shared: number): void {
    this.#looks.begin()
    this.#looks.set(AT, at)
    this.#looks.set(LOOK_RSS, rss)
    this.#looks.set(LOOK_SHARED, shared)
  }

  /** A beat that was out for `wall` ms, `own` of them by the child's own fault; it need not have been answered. */
  beat(at: number, wall: number, own: number): void {
    this.#worst = Number.isNaN(this.#worst) ? own : Math.max(this.#worst, own)
    const row = this.#beats
    const isSame = at - row.get(AT) < BEATS_MS
    if (!isSame) {
      row.begin()
      row.set(AT, at)
    }
    row.set(WALL, isSame ? Math.max(row.get(WALL), wall) : wall)
    row.set(OWN, isSame ? Math.max(row.get(OWN), own) : own)
  }

  tell({ at, life, type, message }: Told): void {
    if (this.#told.push({ at, life, type, message }) > MOST_EVENTS) this.#told.shift()
  }

  told(): readonly Told[] {
    return [...this.#told]
  }

  samples() {
    const row = this.#samples
    const late = row.column(LATENESS).map(ms => (Number.isNaN(ms) ? null : ms))
    return {
      at: row.column(AT),
      life: row.column(LIFE),
      cpuMs: row.column(CPU),
      rss: once(row.column(RSS), row.column(SHARED)),
      processes: row.column(PROCESSES),
      lateness: late,
      state: row.column(STATE).map(code => String.fromCharCode(code)),
    }
  }

  /** Of the present life, the newest last: resident bytes, and between one sample and the next CPU in percent of one core. */
  recent(life: number): { rss: number[]; cpu: number[] } {
    const [lives, at, cpuMs, rss] = [LIFE, AT, CPU, RSS].map(column => this.#samples.column(column, RECENT + 1))
    const first = (lives as number[]).indexOf(life)
    if (first === -1) return { rss: [], cpu: [] }
    const share = (row: number, before: number) => percent(cpuMs as number[], at as number[], before, row)
    const cpu = Array.from({ length: RECENT }, (_, n) => first + n + 1).filter(row => row < (at as number[]).length)
    return { rss: (rss as number[]).slice(first).slice(-RECENT), cpu: cpu.map(row => share(row, row - 1)) }
  }

  looks() {
    const row = this.#looks
    return { at: row.column(AT), rss: once(row.column(LOOK_RSS), row.column(LOOK_SHARED)) }
  }

  beats() {
    return { at: this.#beats.column(AT), wall: this.#beats.column(WALL), own: this.#beats.column(OWN) }
  }
}

/** With shared pages counted once: what is shared is read seldom, and was so before, too, as far as anybody knows. */
function once(rss: readonly number[], shared: readonly number[]): number[] {
  const sizes: number[] = []
  let known = 0
  for (let row = rss.length - 1; row >= 0; row--) {
    const here = shared[row] as number
    if (!Number.isNaN(here)) known = here
    sizes[row] = Math.max(0, (rss[row] as number) - known)
  }
  return sizes
}

function percent(cpuMs: readonly number[], at: readonly number[], from: number, to: number): number {
  const elapsed = (at[to] as number) - (at[from] as number)
  const used = (cpuMs[to] as number) - (cpuMs[from] as number)
  return elapsed > 0 ? Math.max(0, Math.round((100 * used) / elapsed)) : 0
}
