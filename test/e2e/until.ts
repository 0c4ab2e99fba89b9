import { setTimeout as delay } from 'node:timers/promises'

/** Far beyond what a loaded machine needs: only a defect reaches it. */
export const DEADLINE_MS = 300_000

/** Asks until the answer is something; fails at the deadline, and says what was known by then. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
  known: () => string = () => '',
): Promise<NonNullable<T>> {
  for (const begun = performance.now(); performance.now() - begun < deadlineMs; await delay(10)) {
    const answer = await ask()
    if (answer) return answer
  }
  throw new Error(`Not within ${deadlineMs} ms: ${what} ${known()}`)
}
