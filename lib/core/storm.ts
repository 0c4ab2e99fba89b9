/** WHEN MANY FAIL AT ONCE: who fails with others is started later than it would be alone, and nobody's turn comes too soon. */

/** Sliding: what was done this long ago counts no more. */
const MINUTE_MS = 60_000
/** Somebody whose turn it is has not come for it yet. */
const SOON_MS = 1_000
/** Lives that fail within this of each other fail together. */
export const TOGETHER_MS = 5_000
/** The part of its wait that one who fails with others may have to wait more. */
const MOST_MORE = 1 / 2

/** At most so many a minute, over all children. Who comes too soon is in a queue until its turn: first come, first served. */
export class Turns {
  readonly #most: number
  /** Of the last minute, the oldest first. */
  readonly #taken: number[] = []
  readonly #queue = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  /** Is it its turn? Then that is taken. Else it is in the queue, and has to ask again. */
  ask(who: string, now: number): boolean {
    const free = this.#free(now)
    let ahead = 0
    for (const other of this.#queue) {
      if (other === who) break
      // Stryker disable next-line ConditionalExpression,EqualityOperator: this only ends the search earlier
      if (ahead >= free) break
      ahead++
    }
    if (ahead >= free) {
      this.#queue.add(who)
      return false
    }
    this.#queue.delete(who)
    this.#taken.push(now)
    return true
  }

  /** It cannot wait for its turn, but it counts. */
  count(now: number): void {
    this.#taken.push(now)
  }

  has(who: string): boolean {
    return this.#queue.has(who)
  }

  /** It wants none any more. */
  leave(who: string): void {
    this.#queue.delete(who)
  }

  /** When those in the queue had best ask again. */
  askAgainAt(now: number): number {
    return this.#free(now) > 0 ? now + SOON_MS : this.#freeAgainAt(this.#taken)
  }

  /** When the last of the queue can go, as long as nobody before it gives up its place. */
  lastAt(now: number): number {
    const times = [...this.#taken]
    for (const _ of this.#queue) times.push(Math.max(now, this.#freeAgainAt(times)))
    return times.at(-1) ?? now
  }

  #freeAgainAt(taken: readonly number[]): number {
    return (taken.at(-this.#most) ?? -Infinity) + MINUTE_MS
  }

  #free(now: number): number {
    while ((this.#taken[0] ?? Infinity) <= now - MINUTE_MS) this.#taken.shift()
    return this.#most - this.#taken.length
  }
}

/** Whose lives have failed of late. */
export class Failures {
  #last: { readonly who: string; readonly at: number } | null = null
  /** The last one of anybody else. */
  #other: { readonly who: string; readonly at: number } | null = null

  note(who: string, at: number): void {
    if (this.#last?.who !== who) this.#other = this.#last
    this.#last = { who, at }
  }

  /** Has another one failed shortly before its last failure, or since? */
  areTogether(who: string): boolean {
    if (this.#last === null || this.#last.who !== who) return this.#last !== null
    return this.#other !== null && this.#last.at - this.#other.at <= TOGETHER_MS
  }
}

/** What one who fails with others waits more, ms. `chance`: from 0 up to 1. */
export const jitter = (waitMs: number, chance: number): number => Math.round(waitMs * MOST_MORE * chance)

/** What is remembered of all children together. */
export class Storm {
  readonly failures = new Failures()
  readonly respawns: Turns
  readonly kills: Turns

  constructor(respawnsPerMinute: number, killsPerMinute: number) {
    this.respawns = new Turns(respawnsPerMinute)
    this.kills = new Turns(killsPerMinute)
  }
}
