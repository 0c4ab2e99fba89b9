/** A generator that gives the same numbers for the same seed (mulberry32). */
export class Random {
  #state

  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** From 0 up to, not including, 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  between(least, most) {
    return Math.floor(least + this.next() * (most - least + 1))
  }

  pick(list) {
    return list[this.between(0, list.length - 1)]
  }

  /** By the weight of each. */
  pickWeighted(list) {
    const total = list.reduce((sum, { weight }) => sum + weight, 0)
    let left = this.next() * total
    for (const one of list) {
      left -= one.weight
      if (left < 0) return one
    }
    return list.at(-1)
  }
}
