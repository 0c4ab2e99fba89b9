/** The real forensics: what is found of a death by the system's means, and the folder that keeps it. */
import { createExaminer } from '../lib/os/examiner.js'
import { incidentHost } from '../lib/os/incident-host.js'
import type { Forensics } from '../lib/os/ports.js'
import type { WatcherConfig } from '../lib/wire/commands.js'
import { VERSION } from '../lib/wire/version.js'

export function createForensics({ incidents, policy }: WatcherConfig): Forensics {
  const examiner = createExaminer()
  void incidents
  return {
    host: incidentHost(VERSION),
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
