/**
 * What is read off a row of `status()` when metrics are collected. Names and units are those of OpenTelemetry's semantic
 * conventions for processes (1.44, release candidates); what has no name there is under `osqwatch.`.
 */
import type { LimitName } from '../core/model.js'
import type { StatusRow } from '../wire/commands.js'

export interface Reading {
  readonly value: number
  readonly attributes?: Readonly<Record<string, string>>
}

export interface Observed {
  readonly instrument: 'gauge' | 'counter' | 'upDownCounter'
  /** As UCUM writes it. */
  readonly unit: string
  readonly description: string
  readonly read: (row: StatusRow) => readonly Reading[]
}

/** Both are 0 when there is nothing more to be read. */
export const CHILD_UP = 'osqwatch.child.up'
export const WATCHER_UP = 'osqwatch.watcher.up'

/** An attribute: which of the limits. */
const LIMIT_NAME = 'osqwatch.limit.name'

const one = (value: number | null): readonly Reading[] => (value === null ? [] : [{ value }])
const seconds = (ms: number | null): readonly Reading[] => one(ms === null ? null : ms / 1000)
const share = (percent: number | null): readonly Reading[] => one(percent === null ? null : percent / 100)

/** A child that is down uses nothing: without a reading, OpenTelemetry's SDK would go on telling the last one. */
const ofLife = (row: StatusRow, value: number | null): number | null => (row.pid === null ? 0 : value)

/** What is off has no reading. */
function limits({ limits }: StatusRow, names: readonly LimitName[], divisor: number): readonly Reading[] {
  const known = names.filter(name => Number.isFinite(limits[name]))
  return known.map(name => ({ value: limits[name] / divisor, attributes: { [LIMIT_NAME]: name } }))
}

/** The kinds of CPU time are not told apart here, so there is no `cpu.mode`. */
export const OF_CHILD: Readonly<Record<string, Observed>> = {
  'process.cpu.time': {
    instrument: 'counter',
    unit: 's',
    description: 'CPU of the child and its tree, user and system, over all of its lives.',
    read: row => seconds(row.cpuMs),
  },
  'process.cpu.utilization': {
    instrument: 'gauge',
    unit: '1',
    description: 'CPU over the last window, as a share of all cores that may be used.',
    read: row => share(ofLife(row, row.utilization)),
  },
  'process.memory.usage': {
    instrument: 'upDownCounter',
    unit: 'By',
    description: 'Resident size, summed over the tree.',
    read: row => one(ofLife(row, row.rss)),
  },
  'process.uptime': {
    instrument: 'gauge',
    unit: 's',
    description: 'Age of the present life.',
    read: row => seconds(ofLife(row, row.uptime)),
  },
  [CHILD_UP]: {
    instrument: 'gauge',
    unit: '1',
    description: '1 while a life is under way, else 0.',
    read: row => one(row.pid === null ? 0 : 1),
  },
  'osqwatch.child.processes': {
    instrument: 'upDownCounter',
    unit: '{process}',
    description: 'Living processes of the tree.',
    read: row => one(row.tree.length),
  },
  'osqwatch.child.streak': {
    instrument: 'gauge',
    unit: '{life}',
    description: 'Failed lives in a row.',
    read: row => one(row.streak),
  },
  'osqwatch.child.memory.footprint': {
    instrument: 'upDownCounter',
    unit: 'By',
    description: 'Resident size above the baseline, which the limit memory is about.',
    read: row => one(ofLife(row, row.footprint)),
  },
  'osqwatch.child.memory.growth': {
    instrument: 'gauge',
    unit: 'By/s',
    description: 'How fast memory grows, over the last seconds.',
    read: row => one(ofLife(row, row.growth)),
  },
  'osqwatch.child.lateness': {
    instrument: 'gauge',
    unit: 's',
    description: "How late its heartbeat is, net of what is not the child's fault.",
    read: row => seconds(ofLife(row, row.lateness)),
  },
  'osqwatch.child.limit.memory': {
    instrument: 'gauge',
    unit: 'By',
    description: 'Limits of memory in force.',
    read: row => limits(row, ['memory', 'memoryTotal', 'memoryHard'], 1),
  },
  'osqwatch.child.limit.utilization': {
    instrument: 'gauge',
    unit: '1',
    description: 'The limit of CPU in force, as a share of all cores.',
    read: row => limits(row, ['utilization'], 100),
  },
  'osqwatch.child.limit.lateness': {
    instrument: 'gauge',
    unit: 's',
    description: 'The limit of lateness in force.',
    read: row => limits(row, ['heartbeatLimit'], 1000),
  },
}

export const OF_WATCHER: Readonly<Record<string, Observed>> = {
  'osqwatch.watcher.cpu.time': {
    instrument: 'counter',
    unit: 's',
    description: "CPU of the watcher's thread.",
    read: row => seconds(row.cpuMs),
  },
  'osqwatch.watcher.cpu.utilization': {
    instrument: 'gauge',
    unit: '1',
    description: "CPU of the watcher's thread over the last window, as a share of one core.",
    read: row => share(row.cpu),
  },
  'osqwatch.watcher.lateness': {
    instrument: 'gauge',
    unit: 's',
    description: "How late the watcher's thread is, net of its waiting for a processor.",
    read: row => seconds(row.lateness),
  },
}
