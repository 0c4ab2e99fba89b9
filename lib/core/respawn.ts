import type { End, Policy } from './model.js'

/** EX_CONFIG, osquery's EXIT_CATASTROPHIC: the child says that it must not be run again. */
export const EXIT_CATASTROPHIC = 78
export const EXIT_FAILURE = 1

/** Two starts of one child are never closer than this (s6-supervise's rule), or `restart: 'always'` and exit 0 would spin. */
const START_SPACING_MS = 1000

/** Why a child is given up: under osquery's levels in its own words. */
const reasons = ({ level }: Policy) =>
  level === 'app'
    ? { status: 'it exited with status 78, which asks not to be run again', streak: 'too many failed lives in a row' }
    : { status: 'Worker returned exit status', streak: 'Too many worker restarts' }

/** What follows a life. */
export type Next =
  | { readonly type: 'respawn'; readonly delay: number; readonly streak: number; readonly failed: boolean }
  | {
      readonly type: 'giveup'
      readonly code: number
      readonly reason: string
      readonly streak: number
      readonly failed: boolean
    }
  | { readonly type: 'done'; readonly streak: number; readonly failed: boolean }

/** A life that failed: ended by a limit, never begun, or shorter than respawnMinUptime (any: not ended by exit 0). */
export function failed(end: End, policy: Policy): boolean {
  if (end.cause === 'requested') return false
  if (end.cause === 'limit' || end.cause === 'spawn') return true
  return policy.respawnMinUptime === Infinity ? end.code !== 0 : end.uptime < policy.respawnMinUptime
}

/** The wait after the n-th failed life in a row: respawnDelay + 2^n s, capped. */
export function backoff(streak: number, policy: Policy): number {
  return Math.min(policy.respawnDelay + 2 ** streak * 1000, policy.respawnMaxDelay)
}

/**
 * The rules at the end of a life, in osquery's order: a life that got old enough with no ladder begun has cleared the streak;
 * exit status 78 gives up; a full streak gives up, whether this life failed or not; only then is this life counted.
 */
export function afterLife(streakBefore: number, end: End, policy: Policy): Next {
  const streak = end.cause !== 'limit' && end.uptime >= policy.respawnReset ? 0 : streakBefore
  const bad = failed(end, policy)
  if (end.code === EXIT_CATASTROPHIC) {
    return { type: 'giveup', code: EXIT_CATASTROPHIC, reason: reasons(policy).status, streak, failed: bad }
  }
  if (!respawns(end, policy)) return { type: 'done', streak, failed: bad }
  if (streak >= policy.respawnLimit) {
    return { type: 'giveup', code: EXIT_FAILURE, reason: reasons(policy).streak, streak, failed: bad }
  }
  if (bad) return { type: 'respawn', delay: backoff(streak + 1, policy), streak: streak + 1, failed: true }
  return { type: 'respawn', delay: Math.max(0, START_SPACING_MS - end.uptime), streak, failed: false }
}

function respawns(end: End, policy: Policy): boolean {
  if (policy.restart === 'on-failure') return end.cause === 'limit' || end.code !== 0
  return policy.restart === 'always'
}
