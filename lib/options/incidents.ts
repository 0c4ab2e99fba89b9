/** Where incidents go, and what they may cost. */
import { parseDuration, parseSize } from '../core/units.js'
import { defaultIncidentsDir } from '../os/incidents-place.js'
import type { IncidentsConfig } from '../wire/commands.js'
import { isPlain, type Section } from './check.js'
import type { IncidentsOptions } from './types.js'

const MB = 1_048_576
const DAY_MS = 86_400_000

/** What holds where nothing is set. */
export const INCIDENTS = {
  maxBytes: 64 * MB,
  maxFiles: 200,
  maxAge: 30 * DAY_MS,
  cooldown: 60_000,
  budget: 500,
  heapSnapshot: 0,
} as const satisfies Omit<IncidentsConfig, 'dir'>

/** SIGTERM is not put off for longer, whatever is asked for. */
const MOST_BUDGET_MS = 10_000
const MOST_SNAPSHOT_MS = 120_000

const KNOWN = [
  'dir',
  'maxBytes',
  'maxFiles',
  'maxAge',
  'cooldown',
  'budget',
  'heapSnapshot',
  'witness',
] as const satisfies readonly (keyof IncidentsOptions)[]

export interface Incidents {
  /** null: nothing is written. */
  readonly config: IncidentsConfig | null
  /** Node children get a helper thread that testifies. */
  readonly witness: boolean
}

/** The option `incidents`: a folder, false, or all of it. A folder is relative to `base`. */
export function incidentsOf(given: Section, base = process.cwd()): Incidents {
  const value = given.get('incidents')
  if (value === false) return { config: null, witness: false }
  const isWhole = value === undefined || isPlain(value)
  if (!isWhole) {
    const dir = given.path('incidents', base, 'a path, a file: URL, an object or false')
    return { config: { dir: dir ?? '', ...INCIDENTS }, witness: true }
  }
  const section = given.section('incidents', KNOWN)
  const config: IncidentsConfig = {
    dir: section.path('dir', base) ?? defaultIncidentsDir(),
    maxBytes: amount(
      section,
      'maxBytes',
      parseSize,
      { min: MB, max: Number.MAX_SAFE_INTEGER },
      "a size, such as '64MB'",
    ),
    maxFiles: amount(section, 'maxFiles', wholeNumber, { min: 1, max: 100_000 }, 'a whole number'),
    maxAge: amount(section, 'maxAge', parseDuration, { min: 60_000, max: Infinity }, "a duration, such as '30 days'"),
    cooldown: amount(section, 'cooldown', parseDuration, { min: 0, max: Infinity }, "a duration, such as '1 min'"),
    budget: amount(section, 'budget', parseDuration, { min: 0, max: MOST_BUDGET_MS }, "a duration, such as '500ms'"),
    heapSnapshot: snapshot(section),
  }
  return { config, witness: section.flag('witness', true) && config.budget > 0 }
}

/** false: none is taken. */
function snapshot(section: Section): number {
  if (section.get('heapSnapshot') === false) return 0
  const bounds = { min: 0, max: MOST_SNAPSHOT_MS }
  return amount(section, 'heapSnapshot', parseDuration, bounds, "a duration, such as '20s', or false")
}

const wholeNumber = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null)

function amount(
  section: Section,
  name: Exclude<keyof typeof INCIDENTS, 'dir'>,
  read: (value: unknown) => number | null,
  { min, max }: { readonly min: number; readonly max: number },
  takes: string,
): number {
  if (!section.has(name)) return INCIDENTS[name]
  const value = read(section.get(name))
  if (value !== null && value >= min && value <= max) return value
  section.refuse(name, `${takes}; at least ${min}${max < 1e9 ? `, at most ${max}` : ''}`)
  return INCIDENTS[name]
}
