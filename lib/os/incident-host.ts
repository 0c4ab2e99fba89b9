/** Which host an incident is of. */
import { readFileSync } from 'node:fs'
import { maskArgs } from '../core/mask.js'
import type { IncidentHost } from '../wire/incident.js'

export function incidentHost(version: string): IncidentHost {
  const { pid, version: node, platform, arch } = process
  return { pid, command: maskArgs(argv()), cwd: cwd(), version, node, platform, arch }
}

/** The process's own: a thread's arguments are others. */
function argv(): string[] {
  try {
    return readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1)
  } catch {
    return [process.execPath]
  }
}

/** `''`: it was removed, and a thread that begins must not die of it. */
function cwd(): string {
  try {
    return process.cwd()
  } catch {
    return ''
  }
}
