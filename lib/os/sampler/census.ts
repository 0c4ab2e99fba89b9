import { Kinship, type Relations } from './kinship.js'
import type { Kin } from './single.js'

/** What there is to be counted: see proc-table.ts. */
export interface Processes {
  /** Which was given last, to a process or a thread: while it stays the same, nobody new has come. */
  newest(): string
  pids(): number[]
  /** null: it has ended. */
  relations(pid: number): Relations | null
}

/** An edition that nothing speaks against is good for so long, where loadavg is not what it should be (lxcfs, gVisor). */
const OLDEST_MS = 10_000
/** Each time this share of the known is read again: a pid may have a new owner, or its owner a new parent. */
const SHARE = 50

/** Of all processes of the machine, shared by all probes of the thread. Only those are read that were not there the last time. */
export class Census implements Kin {
  readonly #kinship = new Kinship()
  #rows = new Map<number, Relations>()
  #askedAt = Number.NEGATIVE_INFINITY
  #takenAt = Number.NEGATIVE_INFINITY
  #newest = ''
  #turn = 0

  constructor(private readonly processes: Processes) {}

  renew(now: number, oldestMs: number): number {
    if (now - this.#askedAt >= oldestMs) {
      this.#askedAt = now
      this.#renew(now)
    }
    return this.#kinship.edition
  }

  /** Without a descriptor (EMFILE) the last edition has to do. */
  #renew(now: number): void {
    try {
      const newest = this.processes.newest()
      if (newest !== this.#newest || now - this.#takenAt >= OLDEST_MS) this.#take(now, newest)
    } catch {}
  }

  of(pid: number): readonly number[] {
    return this.#kinship.of(pid)
  }

  parentOf(pid: number): number {
    return this.#kinship.parentOf(pid)
  }

  #take(now: number, newest: string): void {
    this.#takenAt = now
    this.#newest = newest
    this.#turn = (this.#turn + 1) % SHARE
    const rows = new Map<number, Relations>()
    for (const pid of this.processes.pids()) {
      const row = this.#row(pid)
      if (row !== null) rows.set(pid, row)
    }
    this.#rows = rows
    this.#kinship.publish(rows)
  }

  #row(pid: number): Relations | null {
    const known = pid % SHARE === this.#turn ? undefined : this.#rows.get(pid)
    return known ?? this.processes.relations(pid)
  }
}
