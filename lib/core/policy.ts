/** From settings to the frozen Policy of one child. */
import { LIMIT_NAMES, LIMITS, OFF } from './limit-table.js'
import type { Level, LimitName, Policy, Restart } from './model.js'

/** One limit in force. `explicit`: somebody set it, it is not the level's. */
export interface Setting {
  readonly value: number
  readonly source: string
  readonly explicit: boolean
}

export type Settings = Record<LimitName, Setting>

/** What the level says of every limit. */
export function levelSettings(level: Level): Settings {
  const source = `level ${level}`
  const rows = LIMIT_NAMES.map(name => [name, { value: LIMITS[name].levels[level], source, explicit: false }])
  return Object.fromEntries(rows) as Settings
}

export interface PolicyFrame extends Pick<Policy, 'level' | 'cores' | 'judged' | 'enforce'> {
  /** null: the level's. */
  readonly restart: Restart | null
}

/** The Policy of settings that are complete and right; `memoryHard`'s default is reckoned here. */
export function makePolicy(settings: Settings, { level, restart, cores, judged, enforce }: PolicyFrame): Policy {
  const hard = hardLimits(settings, level)
  const column = <T>(field: (setting: Setting) => T) =>
    Object.fromEntries(LIMIT_NAMES.map(name => [name, field(settings[name])])) as Record<LimitName, T>
  return Object.freeze({
    ...column(({ value }) => value),
    level,
    restart: restart ?? (level === 'app' ? 'on-failure' : 'always'),
    cores,
    judged,
    enforce,
    hardTotal: hard.total,
    hardFootprint: hard.footprint,
    sources: Object.freeze({ ...column(({ source }) => source), memoryHard: hard.source }),
  })
}

interface Hard {
  readonly total: number
  readonly footprint: number
  readonly source: string
}

/** Set, it bounds the resident size. Unset, level app gives each memory limit that is on twice its room; osquery's levels have none. */
function hardLimits({ memory, memoryTotal, memoryHard }: Settings, level: Level): Hard {
  if (memoryHard.explicit) return { total: memoryHard.value, footprint: OFF, source: memoryHard.source }
  const doubled = [memory, memoryTotal].filter(({ value }) => value !== OFF).map(({ source }) => source)
  if (level !== 'app' || doubled.length === 0) return { total: OFF, footprint: OFF, source: memoryHard.source }
  return { total: 2 * memoryTotal.value, footprint: 2 * memory.value, source: `twice ${doubled.join(' and ')}` }
}
