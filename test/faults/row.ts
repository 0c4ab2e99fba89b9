/** A row of the fault matrix: what is broken, and what must hold all the same. `npm run faults` prints all rows as a table. */
import t, { type Test } from 'tap'

/** Whom the fault strikes. */
export type Struck = 'child' | 'host' | 'thread' | 'machine' | 'identity'

export interface Row {
  readonly struck: Struck
  /** What is broken, in a few words. */
  readonly fault: string
  /** What must hold. */
  readonly holds: string
  /** Why it cannot be caused here; unset: it can. */
  readonly skip?: string | false
  /** ms; a quarter of an hour unless given. */
  readonly timeout?: number
}

/** Beyond the deadlines of what a row waits for, each of which says what did not happen. */
const LONGEST_MS = 900_000

/** A file has one. `scripts/faults.js` reads the name that it gives its test. */
export function row(
  { struck, fault, holds, skip = false, timeout = LONGEST_MS }: Row,
  cause: (t: Test) => Promise<void>,
) {
  t.test(`${struck} | ${fault} | ${holds}`, { skip, timeout }, cause)
}

/** For what only root may do. */
export const needsRoot = process.getuid?.() !== 0 && 'needs root'
