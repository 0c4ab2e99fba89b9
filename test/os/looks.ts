/** Looks at real processes, until there is what a test waits for. */
import type { Test } from 'tap'
import type { MemorySample, Pulse, Sample, Writable } from '../../lib/core/samples.js'
import type { Probe, Sampler } from '../../lib/os/ports.js'
import { until } from './processes.js'

export const blankSample = (): Writable<Sample> => ({ at: 0, rss: 0, processes: 0, cpuMs: 0, state: '' })
export const blankMemory = (): Writable<MemorySample> => ({ at: 0, rss: 0, processes: 0 })
export const blankPulse = (): Writable<Pulse> => ({ at: 0, ranMs: 0, waitMs: null, state: '' })

export function open(t: Test, sampler: Sampler, { pid }: { pid: number }, tree = true): Probe {
  const probe = sampler.open(pid, tree)
  if (probe === null) throw new Error(`No such process: ${pid}`)
  t.teardown(() => probe.close())
  return probe
}

/** Looks until there is a sample that will do. */
export function sample(probe: Probe, what = 'a sample', isIt: (sample: Sample) => boolean = () => true) {
  const into = blankSample()
  return seen(what, into, () => probe.look(into), isIt)
}

export function memory(probe: Probe, what = 'a look at memory', isIt: (sample: MemorySample) => boolean = () => true) {
  const into = blankMemory()
  return seen(what, into, () => probe.lookAtMemory(into), isIt)
}

export function pulse(probe: Probe, what = 'a pulse', isIt: (pulse: Pulse) => boolean = () => true) {
  const into = blankPulse()
  return seen(what, into, () => probe.pulse(into), isIt)
}

function seen<T extends object>(
  what: string,
  into: T,
  look: () => string,
  isIt: (seen: T) => boolean,
): Promise<Readonly<T>> {
  return until(what, () => {
    const sight = look()
    if (sight === 'gone') throw new Error(`Gone, before there was ${what}`)
    return sight === 'seen' && isIt(into) && { ...into }
  })
}

/** Its members' pids, in order of pid. */
export const pids = (probe: Probe): number[] =>
  probe
    .members()
    .map(member => member.pid)
    .sort((a, b) => a - b)
