import { NOBODY } from './single.js'

export interface Relations {
  readonly parent: number
  readonly pgrp: number
  readonly session: number
}

/** Who is whose, by either end: made once an edition, so that every tree finds its own without reading all of it. */
export class Kinship {
  /** Counts up. */
  edition = 0
  #rows: ReadonlyMap<number, Relations> = new Map()
  #theirs = new Map<number, number[]>()

  publish(rows: ReadonlyMap<number, Relations>): void {
    this.#rows = rows
    this.#theirs = new Map()
    for (const [pid, { parent, pgrp, session }] of rows) {
      this.#add(parent, pid)
      if (pgrp !== parent) this.#add(pgrp, pid)
      if (session !== parent && session !== pgrp) this.#add(session, pid)
    }
    this.edition++
  }

  /** Processes whose parent, process group or session that is, but for itself. */
  of(pid: number): readonly number[] {
    return this.#theirs.get(pid) ?? NOBODY
  }

  parentOf(pid: number): number {
    return this.#rows.get(pid)?.parent ?? 0
  }

  #add(whose: number, pid: number): void {
    if (whose === pid) return
    const pids = this.#theirs.get(whose)
    if (pids === undefined) this.#theirs.set(whose, [pid])
    else pids.push(pid)
  }
}
