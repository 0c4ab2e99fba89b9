/** The limits of an incident, those that had a part in it first. */
import { LIMIT_NAMES } from '../core/limit-table.js'
import { formatLimit } from '../core/limit-values.js'
import type { LimitName } from '../core/model.js'
import { formatBytes } from '../core/units.js'
import type { Incident } from '../wire/incident.js'
import type { Table } from './rows.js'

const HEAD = ['Limit', 'Value', 'Set by']
const LADDER: readonly LimitName[] = ['warnDelay', 'forcedShutdownDelay']
const RESPAWN: readonly LimitName[] = ['respawnLimit', 'respawnDelay', 'respawnMaxDelay']

/** What decided: the one that was broken, what belongs to it, and what followed. */
export function partOf({ verdict, next }: Incident): readonly LimitName[] {
  const broken: Readonly<Record<string, readonly LimitName[]>> = {
    memory: ['memory', 'memoryTotal', 'memoryHard', 'delay'],
    cpu: ['utilization', 'latency', 'interval', 'delay'],
    heartbeat: ['heartbeatLimit', 'heartbeatInterval'],
  }
  const of = verdict === null ? [] : [verdict.limitName, ...(broken[verdict.verdict] ?? [])]
  const ladder = verdict === null || verdict.hard ? [] : LADDER
  return [...new Set([...of, ...ladder, ...(next.type === 'stays-down' ? [] : RESPAWN)])]
}

/** Those that had a part in it, and what somebody has set. */
export function limitsThatMattered(incident: Incident): Table {
  const { sources } = incident.limits
  const part = partOf(incident)
  const set = LIMIT_NAMES.filter(name => !part.includes(name) && sources[name] !== `level ${incident.limits.level}`)
  return table(incident, [...part, ...set])
}

export function otherLimits(incident: Incident): Table {
  const shown = limitsThatMattered(incident).rows.map(([name]) => name)
  return table(
    incident,
    LIMIT_NAMES.filter(name => !shown.includes(name)),
  )
}

function table(incident: Incident, names: readonly LimitName[]): Table {
  const rows = names.map(name => [name, shown(incident, name), incident.limits.sources[name] ?? ''])
  const broken = names.indexOf(incident.verdict?.limitName as LimitName)
  return { head: HEAD, rows, code: [0], marked: broken === -1 ? [] : [broken] }
}

/** By default `memoryHard` is twice each of the other two, in its own measure. */
function shown({ limits }: Incident, name: LimitName): string {
  const value = limits.values[name]
  if (name === 'memoryHard' && value == null) {
    const grown = limits.hardFootprint == null ? [] : [`${formatBytes(limits.hardFootprint)} grown`]
    const total = limits.hardTotal == null ? [] : [`${formatBytes(limits.hardTotal)} in all`]
    return [...grown, ...total].join(', ') || 'off'
  }
  return formatLimit(name, value ?? Number.POSITIVE_INFINITY)
}
