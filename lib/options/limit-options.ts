/** Limits as a user writes them. */
import type { LimitName } from '../core/model.js'

/** Milliseconds, or a string with its unit such as `'12s'` or `'3 min'`. */
export type Duration = number | string
/** Bytes, or a string with its unit such as `'300MB'`; 1 MB is 1 048 576 bytes, as in osquery. */
export type Size = number | string

/** Limits, for the watcher as a whole or for one child; the child's win. Any of them takes `'off'`; unset, the level decides. */
export interface LimitOptions extends Partial<Record<LimitName, number | string | undefined>> {
  /** Size. Resident bytes above the baseline; strictly more is a breach. App: off. */
  memory?: Size | undefined
  /** Size, or `'80%'` of the cgroup's limit (else of RAM). Resident bytes; strictly more is a breach. Default: off. */
  memoryTotal?: Size | undefined
  /** Size. Resident bytes at which SIGKILL comes at once, without warning. App: twice `memory` and `memoryTotal`, each in its own measure. */
  memoryHard?: Size | undefined
  /** Size, a second. The fastest growth to be expected: how soon memory is looked at again. Default: 1000 MB. */
  memoryGrowth?: Size | undefined
  /** Percent of all cores as a number, or `'10%'`, or `'0.5 core'`. A window with strictly more CPU is hot. App: off. */
  utilization?: number | string | undefined
  /** Duration. Hot windows in a row for this long are a breach. App: 12 s. */
  latency?: Duration | undefined
  /** Duration, at least 50 ms. Length of a CPU window, 1 s at the least, and the longest between two looks at memory. Default: 3 s. */
  interval?: Duration | undefined
  /** Duration, at least 50 ms. Between two pings. App: 1 s. */
  heartbeatInterval?: Duration | undefined
  /** Duration, at least `heartbeatInterval`. A beat this late is a breach. App: 30 s. */
  heartbeatLimit?: Duration | undefined
  /** Duration. Age from which memory and latency are enforced. App: 10 s. */
  delay?: Duration | undefined
  /** Duration. From the warning to SIGTERM. App: 1 s. */
  warnDelay?: Duration | undefined
  /** Duration. From SIGTERM to SIGKILL after a breach; 0 is SIGKILL at once, `'off'` never. Default: 4 s. */
  forcedShutdownDelay?: Duration | undefined
  /** Duration. From SIGTERM to SIGKILL in an ordinary stop; 0 is SIGKILL at once, `'off'` never. App: 10 s. */
  stopTimeout?: Duration | undefined
  /** Failed lives in a streak before giving up. App: 5. */
  respawnLimit?: number | 'off' | undefined
  /** Duration, or `'any'`. An unrequested life shorter than this is failed; any: every one not ended by exit 0. App: any. */
  respawnMinUptime?: Duration | undefined
  /** Duration. The wait after the n-th failed life of a streak is this and 2^n s more. App: 0. */
  respawnDelay?: Duration | undefined
  /** Duration. The longest such wait. App: 60 s. */
  respawnMaxDelay?: Duration | undefined
  /** Duration. A life that got this old with no ladder begun clears the streak. App: 3 min. */
  respawnReset?: Duration | undefined
}
