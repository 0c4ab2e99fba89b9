/** Limits as heights that the curves of an incident are held against. */
import { formatLimit } from '../core/limit-values.js'
import { formatBytes } from '../core/units.js'
import type { Incident } from '../wire/incident.js'

export interface LimitLine {
  readonly value: number
  readonly label: string
}

export function limitLines(incident: Incident): Readonly<Record<'memory' | 'cpu' | 'lateness', readonly LimitLine[]>> {
  const { cores, values } = incident.limits
  const { utilization, heartbeatLimit } = values
  const told = `utilization ${formatLimit('utilization', utilization ?? 0)} of ${cores} cores`
  return {
    memory: memoryLines(incident),
    cpu: utilization == null ? [] : [{ value: utilization * cores, label: told }],
    lateness:
      heartbeatLimit == null
        ? []
        : [{ value: heartbeatLimit, label: `heartbeatLimit ${formatLimit('heartbeatLimit', heartbeatLimit)}` }],
  }
}

/** Growth counts from the baseline, so its limits are that much higher. */
function memoryLines(incident: Incident): LimitLine[] {
  const { values, hardTotal, hardFootprint } = incident.limits
  const baseline = baselineOf(incident)
  const grown = (name: string, limit: number | null) =>
    limit == null || baseline === null
      ? []
      : [
          {
            value: baseline + limit,
            label: `${name} ${formatBytes(limit)} above ${formatBytes(baseline)} at its start`,
          },
        ]
  const total = (name: string, limit: number | null) =>
    limit == null ? [] : [{ value: limit, label: `${name} ${formatBytes(limit)} in all` }]
  return [
    ...grown('memory', values.memory),
    ...total('memoryTotal', values.memoryTotal),
    ...grown('memoryHard', hardFootprint),
    ...total('memoryHard', hardTotal),
  ]
}

/** Resident bytes that growth is counted from; null: nobody knows. */
export const baselineOf = ({ verdict, replay }: Incident): number | null =>
  replay.baseline ?? verdict?.baseline ?? replay.ticks[0]?.[3] ?? null
