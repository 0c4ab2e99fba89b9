/** The real forensics: what is found of a death by the system's means, and the folder that keeps it. */
import { BoundedQueue } from '../lib/os/bounded.js'
import { coreOf } from '../lib/os/core-file.js'
import { createExaminer } from '../lib/os/examiner.js'
import { saysHeapExhausted } from '../lib/os/heap-words.js'
import { type Incidents, openIncidents } from '../lib/os/incident-folder.js'
import { incidentHost } from '../lib/os/incident-host.js'
import { createKernelKills } from '../lib/os/kernel-kills.js'
import { machineState } from '../lib/os/machine-state.js'
import type { Forensics } from '../lib/os/ports.js'
import { dropTestimony, readTestimony, sweepTestimony } from '../lib/os/testimony.js'
import type { Traffic } from '../lib/os/traffic.js'
import type { WatcherConfig } from '../lib/wire/commands.js'
import type { Incident } from '../lib/wire/incident.js'
import { VERSION } from '../lib/wire/version.js'

/** What takes longer lies on a disk that hangs, or very many died at once: the story is told without it. */
const READ_MS = 5_000

export function createForensics({ incidents, policy }: WatcherConfig, traffic: Traffic): Forensics {
  const examiner = createExaminer()
  const kernel = createKernelKills()
  const folder = incidents === null ? null : openIncidents(incidents)
  const left = new BoundedQueue(READ_MS)
  if (incidents !== null) left.add(() => sweepTestimony(incidents.dir, Date.now())).catch(() => {})
  return {
    host: incidentHost(VERSION),
    machine: () => machineState(policy.cores),
    watchKernel: () => kernel.look(),
    kernelKilled: () => kernel.took(),
    lastWords(child, life) {
      traffic.drain(child, life)
      return traffic.stderrOf(child, life)
    },
    forget: child => traffic.forget(child),
    saysHeapExhausted,
    examine: examiner.examine,
    testimony: (prefix, pids) => left.add(() => readTestimony(prefix, pids)).catch(() => []),
    dropTestimony: (prefix, pids) => left.add(() => dropTestimony(prefix, pids)).catch(() => {}),
    core: coreOf,
    keep: async incident => (folder === null ? { error: 'there is no folder' } : keepIn(folder, incident)),
    async close() {
      await Promise.all([examiner.close(), folder?.idle()])
    },
  }
}

/** Heap snapshots lie beside it, under its name. */
async function keepIn(folder: Incidents, incident: Incident) {
  const path = folder.pathOf(incident)
  const node = await Promise.all(
    incident.evidence.node.map(async one =>
      one.snapshot === null ? one : { ...one, snapshot: await folder.keepSnapshot(one.snapshot, path) },
    ),
  )
  return folder.write({ ...incident, evidence: { ...incident.evidence, node } })
}
