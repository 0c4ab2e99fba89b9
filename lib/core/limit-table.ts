/**
 * THE TABLE of limits: a row a limit, a column a level. Validation, osquery's flags, messages and docs/options.md all read
 * it; limits.ts applies what people set, policy.ts makes the Policy.
 */
import type { Level, LimitName } from './model.js'
import type { Unit } from './units.js'

/** osquery's flag for a limit. */
export interface LimitFlag {
  readonly name: string
  readonly unit: 'MB' | 's' | '%'
  /** 0 means the level's own value; with the other flags it means zero. */
  readonly zeroIsLevels?: true
  /** ms taken off the flag's value. */
  readonly less?: number
}

export interface LimitRow {
  readonly unit: Unit
  /** The least that it takes, in its unit. */
  readonly min: number
  /** Words that it takes, and the number that each stands for. */
  readonly words: Readonly<Record<string, number>>
  readonly flag?: LimitFlag
  readonly levels: Readonly<Record<Level, number>>
  /** What it means, in one line. */
  readonly meaning: string
}

export const OFF = Number.POSITIVE_INFINITY
export const FLAG_UNITS = { MB: 1_048_576, s: 1_000, '%': 1 } as const
const MB = FLAG_UNITS.MB

/** Memory comes in pages: a limit below one is a number that was meant in MB. */
const SIZE = { unit: 'bytes', min: 4_096, words: { off: OFF } } as const
/** Time allowed: off is for ever. */
const ALLOWED = { unit: 'ms', min: 0, words: { off: OFF } } as const
/** Time waited: off is not at all. */
const WAIT = { unit: 'ms', min: 0, words: { off: 0 } } as const
/** A pace: looking more often than this would cost more than it tells. */
const PACE = { unit: 'ms', min: 50, words: { off: OFF } } as const

const same = (value: number) => ({ app: value, normal: value, restrictive: value, off: value })

export const LIMITS: Readonly<Record<LimitName, LimitRow>> = {
  memory: {
    ...SIZE,
    flag: { name: 'watchdog_memory_limit', unit: 'MB', zeroIsLevels: true },
    levels: { app: OFF, normal: 200 * MB, restrictive: 100 * MB, off: 10_000 * MB },
    meaning: 'Resident bytes above the baseline; strictly more is a breach.',
  },
  memoryTotal: {
    ...SIZE,
    levels: same(OFF),
    meaning: "Resident bytes in all; strictly more is a breach. Also '80%' of the cgroup's limit, or else of RAM.",
  },
  memoryHard: {
    ...SIZE,
    levels: same(OFF),
    meaning:
      'Resident bytes at which SIGKILL comes at once, without warning, also during delay. Unset at level app: twice memory and memoryTotal, each in its own measure.',
  },
  memoryGrowth: {
    unit: 'bytes',
    min: MB,
    words: { off: 0 },
    levels: same(1_000 * MB),
    meaning:
      'The fastest growth to be expected, a second: memory is looked at again when it could have reached the nearest limit. A child that has shown more is looked at more often; off: nothing is expected but what it has shown.',
  },
  utilization: {
    unit: 'percent',
    min: 0.001,
    words: { off: OFF },
    flag: { name: 'watchdog_utilization_limit', unit: '%', zeroIsLevels: true },
    levels: { app: OFF, normal: 10, restrictive: 5, off: 100 },
    meaning: "CPU as percent of all cores, at most 100, or as '0.5 core'; a window with strictly more is hot.",
  },
  latency: {
    ...ALLOWED,
    min: 1,
    flag: { name: 'watchdog_latency_limit', unit: 's', zeroIsLevels: true },
    levels: { app: 12_000, normal: 12_000, restrictive: 6_000, off: 1_000_000 },
    meaning: 'Hot windows in a row for this long or longer are a breach; one cool window starts anew.',
  },
  interval: {
    ...PACE,
    levels: same(3_000),
    meaning:
      'Length of a CPU window, 1 s at the least, and the longest between two looks at memory. Off: CPU is not judged.',
  },
  heartbeatInterval: {
    ...PACE,
    levels: { app: 1_000, normal: 1_000, restrictive: 1_000, off: OFF },
    meaning: 'Between two pings. Off: nobody is pinged.',
  },
  heartbeatLimit: {
    ...PACE,
    levels: { app: 30_000, normal: 30_000, restrictive: 10_000, off: OFF },
    meaning: "A beat this late or later, net of what is not the child's fault, is a breach.",
  },
  extendLimit: {
    ...ALLOWED,
    levels: same(300_000),
    meaning:
      'The longest that a child may have more time by `extend`, since it last answered; 0 is never, off is for ever.',
  },
  delay: {
    ...WAIT,
    flag: { name: 'watchdog_delay', unit: 's' },
    levels: { app: 10_000, normal: 60_000, restrictive: 60_000, off: 60_000 },
    meaning: 'Age from which memory and latency are enforced; hot windows before it count.',
  },
  warnDelay: {
    ...WAIT,
    levels: { app: 1_000, normal: 0, restrictive: 0, off: 0 },
    meaning: 'From the warning to SIGTERM.',
  },
  forcedShutdownDelay: {
    ...ALLOWED,
    flag: { name: 'watchdog_forced_shutdown_delay', unit: 's' },
    levels: same(4_000),
    meaning: 'From SIGTERM to SIGKILL after a breach; 0 is SIGKILL at once, off is never.',
  },
  stopTimeout: {
    ...ALLOWED,
    flag: { name: 'alarm_timeout', unit: 's', less: 4_000 },
    levels: { app: 10_000, normal: 11_000, restrictive: 11_000, off: 11_000 },
    meaning: 'From SIGTERM to SIGKILL in an ordinary stop; 0 is SIGKILL at once, off is never.',
  },
  respawnLimit: {
    unit: 'count',
    min: 0,
    words: { off: OFF },
    levels: { app: 5, normal: 4, restrictive: 4, off: 1_000 },
    meaning: 'Failed lives in a streak before giving up.',
  },
  respawnMinUptime: {
    unit: 'ms',
    min: 0,
    words: { off: 0, any: OFF },
    levels: { app: OFF, normal: 4_000, restrictive: 4_000, off: 1_000_000 },
    meaning: "An unrequested life shorter than this is failed; 'any': every one not ended by exit 0.",
  },
  respawnDelay: {
    ...WAIT,
    levels: { app: 0, normal: 5_000, restrictive: 5_000, off: 1_000 },
    meaning: 'After the n-th failed life of a streak the wait is this and 2^n s more.',
  },
  respawnMaxDelay: {
    ...ALLOWED,
    flag: { name: 'watchdog_max_delay', unit: 's' },
    levels: { app: 60_000, normal: 600_000, restrictive: 600_000, off: 600_000 },
    meaning: 'The longest such wait; off is no bound.',
  },
  respawnReset: {
    ...ALLOWED,
    levels: { app: 180_000, normal: 600_000, restrictive: 600_000, off: 600_000 },
    meaning: 'A life that got this old with no ladder begun clears the streak; off is never.',
  },
}

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[]
