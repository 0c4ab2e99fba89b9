/** The `adopt` key: limits of children that the app starts itself, by the pattern of their commands. */
import { resolvePolicy } from '../core/limits.js'
import type { Level } from '../core/model.js'
import { join, type Problems, type Section } from '../options/check.js'

/** Any machine will do to ask whether a limit is one. */
export const ANY_MACHINE = { cores: 1, memoryBytes: 2 ** 40 }

/** A heartbeat's two limits go with those of the watcher, which are not asked here. */
const UNPAIRED = { at: 'none', values: { heartbeatInterval: 'off', heartbeatLimit: 'off' } }

/** true or false, or the patterns; undefined where it is absent or wrong. */
export function readAdopt(problems: Problems, section: Section): unknown {
  const value = section.get('adopt')
  if (value === undefined || typeof value === 'boolean') return value
  const patterns = section.section('adopt', null)
  for (const [pattern, given] of patterns.entries()) {
    if (given === false) continue
    const limits = patterns.section(pattern, null)
    const layer = { at: join(patterns.at, pattern), values: Object.fromEntries(limits.entries()) }
    problems.add(...wrongLimits([UNPAIRED, layer], 'app'))
  }
  return patterns.plain ? value : undefined
}

export function wrongLimits(layers: Parameters<typeof resolvePolicy>[0]['layers'], level: Level) {
  return resolvePolicy({ ...ANY_MACHINE, level, restart: null, judged: true, enforce: true, layers }).problems
}
