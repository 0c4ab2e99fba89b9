/** What may be spent, refilled as time goes by. It may be overdrawn, and then nothing is left until that is made up for. */
export class Allowance {
  readonly #perMs: number
  readonly #most: number
  #left: number
  #at: number

  /** So much each ms, and at most `most` saved up, which is there at the start. */
  constructor(perMs: number, most: number, now: number) {
    this.#perMs = perMs
    this.#most = most
    this.#left = most
    this.#at = now
  }

  spend(amount: number, now: number): void {
    this.#left = Math.min(this.#most, this.#left + this.#perMs * (now - this.#at)) - amount
    this.#at = now
  }

  /** One, if there is one. */
  take(now: number): boolean {
    this.spend(0, now)
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  /** ms until what was overdrawn is made up for. */
  get debtMs(): number {
    return Math.max(0, -this.#left / this.#perMs)
  }
}
