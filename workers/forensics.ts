/** The real forensics: what is found of a death by the system's means, and the folder that keeps it. */
import { createExaminer } from '../lib/os/examiner.js'
import { saysHeapExhausted } from '../lib/os/heap-words.js'
import { openIncidents } from '../lib/os/incident-folder.js'
import { incidentHost } from '../lib/os/incident-host.js'
import { createKernelKills } from '../lib/os/kernel-kills.js'
import { machineState } from '../lib/os/machine-state.js'
import type { Forensics } from '../lib/os/ports.js'
import type { WatcherConfig } from '../lib/wire/commands.js'
import { VERSION } from '../lib/wire/version.js'

export function createForensics({ incidents, policy }: WatcherConfig): Forensics {
  const examiner = createExaminer()
  const kernel = createKernelKills()
  const folder = incidents === null ? null : openIncidents(incidents)
  return {
    host: incidentHost(VERSION),
    machine: () => machineState(policy.cores),
    kernelKilled: () => kernel.took(),
    lastWords: () => null,
    saysHeapExhausted,
    examine: examiner.examine,
    testimony: async () => [],
    dropTestimony: async () => {},
    core: async () => null,
    keep: async incident => folder?.write(incident) ?? { error: 'no folder' },
    async close() {
      await Promise.all([examiner.close(), folder?.idle()])
    },
  }
}
