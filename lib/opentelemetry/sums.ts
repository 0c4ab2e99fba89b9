/** Counters that begin anew with each life, as sums that do not. What a life used after it was last read is not in them. */
export class Sums {
  readonly #known = new Map<string, { life: number; last: number; before: number }>()

  /** `life`: of which `value` has been counted since 0. */
  of(key: string, life: number, value: number): number {
    const known = this.#known.get(key) ?? { life, last: 0, before: 0 }
    this.#known.set(key, known)
    // A value that falls has begun anew, too: a new watcher thread counts from 0.
    if (life !== known.life || value < known.last) known.before += known.last
    known.life = life
    known.last = value
    return known.before + value
  }
}
