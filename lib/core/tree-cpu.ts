/**
 * CPU of all that ever lived in a tree of processes. The kernel adds a process's time to its parent's *reaped* time when the
 * parent waits for it, and forgets it where nobody waits: what a member had used when it vanished is held back until it shows
 * up there, and kept for good where it does not. The total never falls, and counts nothing twice.
 */

interface Account {
  parent: number
  /** Its own, and its reaped children's. */
  ownMs: number
  reapedMs: number
  /** By how much the reaped time grew in this reading, less what was found to be a vanished member's. */
  growthMs: number
}

/** A member that vanished, and what of its time was not found in its parent's yet. */
interface Loss {
  parent: number
  ms: number
  readings: number
}

/** The parent may have been read just before it waited: the next reading shows it. */
const PATIENCE_READINGS = 2

export class TreeCpu {
  readonly #accounts = new Map<number, Account>()
  readonly #losses = new Map<number, Loss>()
  #livingMs = 0
  /** Of those that vanished, less what was found again. */
  #vanishedMs = 0

  /** A member, a zombie too, as it is in this reading: each of them once. One that is new brings all that it used before. */
  read(pid: number, parent: number, ownMs: number, reapedMs: number): void {
    const account = this.#accounts.get(pid) ?? this.#open(pid)
    // Never backwards: a kernel that rounds otherwise from one reading to the next takes nothing back.
    const own = Math.max(ownMs, account.ownMs)
    const reaped = Math.max(reapedMs, account.reapedMs)
    this.#livingMs += own - account.ownMs + reaped - account.reapedMs
    account.growthMs = reaped - account.reapedMs
    account.parent = parent
    account.ownMs = own
    account.reapedMs = reaped
  }

  /** A member that is neither alive nor a zombie any more. */
  gone(pid: number): void {
    const account = this.#accounts.get(pid)
    if (account === undefined) return
    this.#accounts.delete(pid)
    const ms = account.ownMs + account.reapedMs
    this.#livingMs -= ms
    this.#vanishedMs += ms
    this.#losses.set(pid, { parent: account.parent, ms, readings: 0 })
  }

  /** Ends a reading; ms. */
  settle(): number {
    this.#bookLosses()
    return this.#livingMs + this.#vanishedMs
  }

  #open(pid: number): Account {
    const account = { parent: 0, ownMs: 0, reapedMs: 0, growthMs: 0 }
    this.#accounts.set(pid, account)
    return account
  }

  /** A loss that is settled is no guide to others any more: first all know where to look. */
  #bookLosses(): void {
    for (const loss of this.#losses.values()) this.#findHeir(loss)
    for (const [pid, loss] of this.#losses) this.#book(pid, loss)
  }

  #book(pid: number, loss: Loss): void {
    const parent = this.#accounts.get(loss.parent)
    loss.readings++
    if (parent !== undefined) this.#find(loss, parent)
    if (parent === undefined || loss.ms === 0 || loss.readings === PATIENCE_READINGS) this.#losses.delete(pid)
  }

  /** Where its parent vanished too, having waited for it or not, its time can only show up further up. */
  #findHeir(loss: Loss): void {
    // Stryker disable next-line EqualityOperator: an acyclic chain of losses has fewer steps than there are losses
    for (let step = 0; step < this.#losses.size && !this.#accounts.has(loss.parent); step++) {
      const above = this.#losses.get(loss.parent)
      if (above === undefined) return
      loss.parent = above.parent
      loss.readings = 0
    }
  }

  #find(loss: Loss, parent: Account): void {
    const found = Math.min(loss.ms, parent.growthMs)
    parent.growthMs -= found
    loss.ms -= found
    this.#vanishedMs -= found
  }
}
