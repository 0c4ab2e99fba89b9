import { formatValue } from '../core/units.js'
import type { ChildConfig } from '../wire/commands.js'

/**
 * A line for each CPU limit that one spinning thread can never pass on this machine, though such a thread is what people
 * set it against. osquery's level off has such a limit by design, and a child that is not judged has none.
 */
export function spinningWarnings(children: readonly ChildConfig[]): string[] {
  const lines = children.filter(isOutOfReach).map(({ policy: { utilization, cores, sources } }) => {
    const share = `${formatValue('percent', utilization)} of ${cores} ${cores === 1 ? 'core' : 'cores'}`
    return `${sources.utilization}: ${share} is as much CPU as one thread can use, so a single spinning thread never passes it on this machine`
  })
  return [...new Set(lines)]
}

function isOutOfReach({ policy: { utilization, cores, judged, sources } }: ChildConfig): boolean {
  if (!judged || !Number.isFinite(utilization) || sources.utilization === 'level off') return false
  const budget = (utilization / 100) * cores
  // a third of three cores is one core, whatever the last bit says
  return budget > Math.min(1, cores) - 1e-9
}
