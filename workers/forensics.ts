/** The real forensics: what is found of a death by the system's means, and the folder that keeps it. */
import { readFileSync } from 'node:fs'
import { maskArgs } from '../lib/core/mask.js'
import { createExaminer } from '../lib/os/examiner.js'
import type { Forensics } from '../lib/os/ports.js'
import type { WatcherConfig } from '../lib/wire/commands.js'
import type { IncidentHost } from '../lib/wire/incident.js'

export function createForensics({ incidents, policy }: WatcherConfig): Forensics {
  const examiner = createExaminer()
  void incidents
  return {
    host: hostOf(),
    machine: () => ({
      cores: policy.cores,
      load: null,
      memory: { total: 1, available: null },
      swap: null,
      pressure: { cpu: null, memory: null, io: null },
    }),
    kernelKilled: () => false,
    lastWords: () => null,
    saysHeapExhausted: () => false,
    examine: examiner.examine,
    testimony: async () => [],
    dropTestimony: async () => {},
    core: async () => null,
    keep: async () => ({ error: 'not yet' }),
    close: () => examiner.close(),
  }
}

function hostOf(): IncidentHost {
  const { pid, version: node, platform, arch } = process
  return { pid, command: commandOf(), cwd: process.cwd(), version: VERSION, node, platform, arch }
}

const VERSION = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

/** The host's own: a thread's arguments are others. */
function commandOf(): string {
  try {
    return maskArgs(readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1))
  } catch {
    return maskArgs([process.execPath])
  }
}
