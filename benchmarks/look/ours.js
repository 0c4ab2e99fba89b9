/** This library's sampler, the one that the watcher thread uses. Looks fill objects that are kept, as the watcher's do. */
import { Descriptors } from '../../dist/lib/os/sampler/descriptors.js'
import { createSampler } from '../../dist/lib/os/sampler/index.js'
import { ProcfsProcess } from '../../dist/lib/os/sampler/process.js'

const sampler = createSampler('auto')

/** CPU and memory of the process alone: what the rivals tell. */
export const openLook = pids => each(pids, false, (probe, { sample }) => probe.look(sample))

/** The one file that pidusage reads, by the sampler's own reader: CPU, state, parent and identity. */
export function openStat(pids) {
  const descriptors = new Descriptors()
  const kept = pids.map(pid => new ProcfsProcess(pid, descriptors, 4096))
  return () => {
    for (const one of kept) if (one.readWho() !== 'seen') throw new Error(`${one.pid} was not seen`)
  }
}

/** The same of all that descends from it, too: how the watcher looks where it is not told otherwise. */
export const openTree = pids => each(pids, true, (probe, { sample }) => probe.look(sample))

export const openMemory = pids => each(pids, false, (probe, { memory }) => probe.lookAtMemory(memory))

/** All that the watcher reads of a child that has a heartbeat. */
export const openPulse = pids =>
  each(pids, false, (probe, { sample, pulse }) => {
    probe.look(sample)
    return probe.pulse(pulse)
  })

function each(pids, tree, look) {
  const kept = pids.map(pid => ({ probe: sampler.open(pid, tree), ...blank() }))
  return () => {
    for (const one of kept) if (look(one.probe, one) !== 'seen') throw new Error(`${one.probe.pid} was not seen`)
  }
}

function blank() {
  return {
    sample: { at: 0, cpuMs: 0, rss: 0, processes: 0, state: '' },
    memory: { at: 0, rss: 0, processes: 0 },
    pulse: { at: 0, ranMs: 0, waitMs: null, state: '' },
  }
}
