/** What a life has said and done on its channel so far: what it may still say, and what of it was told already. */
import { Allowance } from '../core/allowance.js'
import type { Child } from '../core/model.js'

/** Newcomers: a tree of programs may start many at once, and then a few. */
const NEWCOMERS = { perMs: 10 / 1000, most: 64 }

/** One speaker's extensions since it last answered. */
export interface Account {
  /** When the first of them began. */
  readonly since: number
  toldAt: number
  /** What was told already of how it ran out. */
  exhausted: 'cut' | 'refused' | null
}

export interface Dealings {
  readonly life: number
  /** Kinds of faults that were told. */
  readonly faults: Set<string>
  /** Pids that have said hello. */
  readonly met: Set<number>
  readonly newcomers: Allowance
  readonly accounts: Map<number, Account>
  /** The child asked for time, and has it until then. */
  extendedUntil: number
}

interface Dealer {
  readonly child: Child
  dealings: Dealings
}

export const openDealings = (life: number, now: number): Dealings => ({
  life,
  faults: new Set(),
  met: new Set(),
  newcomers: new Allowance(NEWCOMERS.perMs, NEWCOMERS.most, now),
  accounts: new Map(),
  extendedUntil: -Infinity,
})

/** Of its present life: nothing is held against it, or for it, that an earlier one did. */
export function dealingsOf(dealer: Dealer, now: number): Dealings {
  if (dealer.dealings.life !== dealer.child.life) dealer.dealings = openDealings(dealer.child.life, now)
  return dealer.dealings
}
