/** The child's processes and its machine, as the system told of them. */
import { formatBytes, formatMs } from '../core/units.js'
import type { Pressure, ProcessEvidence } from '../wire/evidence.js'
import type { Incident, IncidentProcess } from '../wire/incident.js'
import type { Pairs, Table } from './rows.js'

const STATES: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'waiting on I/O',
  T: 'stopped',
  t: 'held by a debugger',
  Z: 'ended',
  I: 'idle',
}

export const stateWords = (state: string): string =>
  STATES[state] === undefined ? state : `${state}, ${STATES[state]}`

/** Each under its parent. */
export function treeOf({ tree }: Incident): Table {
  const rows = tree.map(one => {
    const indent = '  '.repeat(depthOf(one, tree))
    return [
      `${indent}${one.name}`,
      String(one.pid),
      formatBytes(one.rss),
      formatMs(one.cpuMs),
      one.command ?? '(could not be read)',
    ]
  })
  return { head: ['Process', 'Pid', 'Resident', 'CPU', 'Command'], rows, figures: [1, 2, 3], code: [0, 4] }
}

/** Bounded, for nobody has promised that the parents are no ring. */
function depthOf({ parent }: IncidentProcess, tree: readonly IncidentProcess[]): number {
  let depth = 0
  let above = tree.find(({ pid }) => pid === parent)
  while (above !== undefined && depth < tree.length) {
    depth++
    const { parent } = above
    above = tree.find(({ pid }) => pid === parent)
  }
  return depth
}

export function threadsOf({ threads }: ProcessEvidence): Table {
  const rows = [...threads]
    .sort((a, b) => b.cpuMs - a.cpuMs)
    .map(({ tid, name, state, cpuMs }) => [name, String(tid), stateWords(state), formatMs(cpuMs)])
  return { head: ['Thread', 'Tid', 'State', 'CPU'], rows, figures: [1, 3], code: [0] }
}

export function mappingsOf({ mappings }: ProcessEvidence): Table {
  const rows = mappings.map(({ name, rss, size }) => [name, formatBytes(rss), formatBytes(size)])
  return { head: ['Mapping', 'Resident', 'Size'], rows, figures: [1, 2], code: [0] }
}

export function machineOf({ machine }: Incident): Pairs {
  const { cores, load, memory, swap, pressure } = machine
  const available = memory.available === null ? '' : `, ${formatBytes(memory.available)} of it available`
  const pairs: Pairs = [
    ['Cores', String(cores)],
    ['Load', load === null ? 'not known' : `${load.map(one => one.toFixed(2)).join(', ')} over 1, 5 and 15 min`],
    ['Memory', `${formatBytes(memory.total)}${available}`],
    ['Swap', swapWords(swap)],
  ]
  const waits = (['cpu', 'memory', 'io'] as const).map(
    name =>
      [`Waited for ${name === 'cpu' ? 'CPU' : name === 'io' ? 'I/O' : name}`, pressureWords(pressure[name])] as const,
  )
  return [...pairs, ...waits]
}

function swapWords(swap: Incident['machine']['swap']): string {
  if (swap === null) return 'not known'
  return swap.total === 0 ? 'none' : `${formatBytes(swap.total)}, ${formatBytes(swap.free)} of it free`
}

/** Percent of the time, over 10 s, 1 min and 5 min. */
function pressureWords(pressure: Pressure | null): string {
  if (pressure === null) return 'not known'
  const { some, full } = pressure
  const told = ({ avg10, avg60, avg300 }: Pressure['some']) => `${avg10}, ${avg60}, ${avg300} %`
  const all = full === null ? '' : `; all of it: ${told(full)}`
  return `${told(some)} of the last 10 s, 1 min, 5 min${all}`
}
