/** Random cases that can be had again: each from a number, and that number is told when one fails. */

/** `FUZZ_SEED=… npx tap test/fuzz/…` repeats a run, `FUZZ_CASES=…` makes it longer. */
export const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
export const casesOr = (usual: number): number => Number(process.env.FUZZ_CASES ?? usual)

/** mulberry32: small, fast, good enough to roll dice. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** 0 to below `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }

  pick<T>(of: readonly T[]): T {
    return of[this.roll(of.length)] as T
  }
}
