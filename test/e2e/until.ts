import { setTimeout as delay } from 'node:timers/promises'

/** Far beyond what a loaded machine needs: only a defect reaches it. */
export const DEADLINE_MS = 300_000

const FIRST_WAIT_MS = 5
/** A poll costs CPU that the processes under test need: the longer it takes, the rarer it is. */
const LONGEST_WAIT_MS = 100
const GROWTH = 1.25

/** Polls until the answer is truthy. Throws at the deadline, with what was known by then. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
  known: () => string = () => '',
): Promise<Exclude<NonNullable<T>, false>> {
  const begun = performance.now()
  for (
    let wait = FIRST_WAIT_MS;
    performance.now() - begun < deadlineMs;
    wait = Math.min(wait * GROWTH, LONGEST_WAIT_MS)
  ) {
    const answer = await ask()
    if (answer) return answer as Exclude<NonNullable<T>, false>
    await delay(wait)
  }
  throw new Error(`Not within ${deadlineMs} ms: ${what} ${known()}`)
}
