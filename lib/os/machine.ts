import { readFileSync } from 'node:fs'
import os from 'node:os'

/** What limits are reckoned from. */
export interface Machine {
  /** Processors that this process may use: min(available parallelism, cgroup quota). May be a fraction. */
  readonly cores: number
  /** The cgroup's memory limit if there is one, else the machine's RAM. */
  readonly memoryBytes: number
}

/** Where the figures come from; tests pass a fake tree. */
export interface MachineSources {
  /** The file's text, or null if it cannot be read. */
  read(path: string): string | null
  readonly parallelism: number
  readonly totalMemory: number
  /** What Node says of the cgroup: 0, undefined or an absurdly large number where there is no limit. */
  readonly constrainedMemory: number | undefined
}

/** The machine as this process may use it. Never throws; a limit that is changed later is not noticed. */
export function machine(sources: MachineSources = systemSources()): Machine {
  const { read, parallelism, totalMemory, constrainedMemory } = sources
  return {
    cores: Math.min(parallelism, ...cgroups(read, 'cpu').map(directory => quota(read, directory))),
    // Node asks the process's own cgroup only, but a limit further up (a pod's, a slice's) binds as well.
    memoryBytes: Math.min(
      totalMemory,
      constrainedMemory || Number.POSITIVE_INFINITY,
      ...cgroups(read, 'memory').map(directory => memoryLimit(read, directory)),
    ),
  }
}

export type Read = MachineSources['read']

const MOUNT = '/sys/fs/cgroup'

/** Directories that may limit this process by that controller, in version 2 and in version 1. */
export function cgroups(read: Read, controller: string): string[] {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n')
  return lines.flatMap(line => {
    const [, controllers = '', ...path] = line.split(':')
    if (path.length === 0) return []
    if (controllers === '') return upwards(MOUNT, path.join(':'))
    return controllers.split(',').includes(controller) ? upwards(`${MOUNT}/${controller}`, path.join(':')) : []
  })
}

/**
 * From the mount's root down to the cgroup. In a container the path may be the host's, which does not exist here, and the
 * root is the container's own cgroup; or it may begin with `..`, when it lies outside of what is mounted.
 */
function upwards(mount: string, path: string): string[] {
  const names = path.split('/').filter(name => name !== '' && name !== '..')
  return ['', ...names].map((_, depth) => [mount, ...names.slice(0, depth)].join('/'))
}

function quota(read: Read, directory: string): number {
  const [max, maxPeriod] = (read(`${directory}/cpu.max`) ?? '').split(/\s+/)
  const time = max || read(`${directory}/cpu.cfs_quota_us`)
  const period = maxPeriod || read(`${directory}/cpu.cfs_period_us`)
  return positive(Number(time) / Number(period))
}

function memoryLimit(read: Read, directory: string): number {
  return positive(Number(read(`${directory}/memory.max`) ?? read(`${directory}/memory.limit_in_bytes`)))
}

/** `max`, -1 and a missing file mean no limit. */
function positive(limit: number): number {
  return limit > 0 ? limit : Number.POSITIVE_INFINITY
}

function systemSources(): MachineSources {
  return {
    read: readText,
    parallelism: os.availableParallelism(),
    totalMemory: os.totalmem(),
    constrainedMemory: process.constrainedMemory(),
  }
}

export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}
