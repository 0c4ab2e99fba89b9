import pidusage from 'pidusage'
import type { Sample } from '../../core/model.js'
import { hasProc, isSame, startTime } from '../identity.js'
import type { Probe, Sampler } from '../ports.js'
import { readSelf } from './self.js'

/** How long pidusage may remember a process that nobody asks for. */
const MAX_AGE_MS = 10_000
/** It forgets at half that pace. */
const FORGOTTEN_AFTER_MS = MAX_AGE_MS * 1.5

interface Entry {
  readonly pid: number
  readonly start: string
  last: Sample | 'gone' | null
  restUntil: number
}

/**
 * For systems without /proc, or by choice. A look tells the last answer and asks for the next in the background: one
 * request for all open probes, and never two at once. The process state, the main thread's times and debuggers are not
 * told. Where a `ps` has to be run for it, CPU comes in its steps (10 ms on macOS).
 */
export function createPidusageSampler(): Sampler {
  const entries = new Set<Entry>()
  let asking = false

  function ask(): void {
    const asked = [...entries].filter(entry => entry.restUntil <= performance.now())
    if (asking || asked.length === 0) return
    asking = true
    const askedAt = performance.now()
    pidusage(
      asked.map(entry => entry.pid),
      { maxage: MAX_AGE_MS },
      (error, stats) => {
        asking = false
        for (const entry of asked) receive(entry, error, stats?.[entry.pid], askedAt)
      },
    )
  }

  function open(pid: number): Probe | null {
    const entry: Entry = { pid, start: startTime(pid), last: null, restUntil: 0 }
    if (!isSame(entry)) return null
    entries.add(entry)
    return {
      pid,
      start: entry.start,
      look() {
        if (!entries.has(entry)) return null
        if (!isSame(entry)) return 'gone'
        ask()
        return entry.last
      },
      traced: () => false,
      close: () => void entries.delete(entry),
    }
  }

  return { open, self: readSelf }
}

function receive(entry: Entry, error: Error | null, stats: pidusage.Status | undefined, askedAt: number): void {
  if (stats) entry.last = stats.memory > 0 ? toSample(stats, askedAt) : withoutMemory(entry)
  // It holds on to a process that ended, and would say so for ever of a new one with the same pid: let it forget.
  else if (error === null || (error as NodeJS.ErrnoException).code === 'ESRCH') {
    entry.restUntil = performance.now() + FORGOTTEN_AFTER_MS
  }
}

/** A zombie still answers, with no memory; so does, for a moment, a program that becomes another one. /proc tells them apart. */
const withoutMemory = (entry: Entry): Entry['last'] => (hasProc ? entry.last : 'gone')

/** pidusage reads the wall clock, which may be set at any time; the moment lies between question and answer anyway. */
function toSample(stats: pidusage.Status, askedAt: number): Sample {
  const now = performance.now()
  const at = now - (Date.now() - stats.timestamp)
  return {
    at: Math.min(now, Math.max(askedAt, at)),
    cpuMs: stats.ctime,
    rss: stats.memory,
    state: '?',
    mainMs: null,
    waitMs: null,
  }
}
