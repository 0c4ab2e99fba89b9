import { performance } from 'node:perf_hooks'
import pidusage from 'pidusage'
import { isSame } from '../identity.js'
import type { Sampler } from '../ports.js'
import { Listing } from './listing.js'
import { OneProbe } from './one.js'
import { type Answers, PidusageProcess } from './pidusage-process.js'
import { readSelf } from './self.js'
import { TreeProbe } from './tree.js'

/** How long pidusage may remember a process that nobody asks for. */
const MAX_AGE_MS = 10_000
/** It forgets at half that pace. */
const FORGOTTEN_AFTER_MS = MAX_AGE_MS * 1.5
/** It may have to run a program for each answer. */
const QUICKEST_MS = 1_000
/** There a child is its one process: there are no process groups, and a parent's pid may be anybody's by now. */
const hasTrees = process.platform !== 'win32'

/**
 * For systems without /proc, or by choice. A look tells the last answer and asks for the next in the background: one
 * request for all open probes, and never two at once. Where a `ps` has to be run for it, CPU comes in its steps (10 ms on
 * macOS). Of a tree's processes that were never seen, nothing is told.
 */
export function createPidusageSampler(): Sampler {
  const processes = new Set<PidusageProcess>()
  const kin = new Listing()
  let isAsking = false

  function ask(): void {
    if (isAsking) return
    const askedAt = performance.now()
    const asked = [...processes].filter(one => one.restUntil <= askedAt)
    if (asked.length === 0) return
    isAsking = true
    pidusage(
      asked.map(one => one.pid),
      { maxage: MAX_AGE_MS },
      (error, stats) => {
        isAsking = false
        for (const one of asked) receive(one, error, stats?.[one.pid], askedAt)
      },
    )
  }

  const answers: Answers = { ask, relations: pid => kin.row(pid), forget: one => void processes.delete(one) }

  function open(pid: number): PidusageProcess | null {
    const one = new PidusageProcess(pid, answers)
    if (!isSame(one)) return null
    one.place()
    processes.add(one)
    return one
  }

  return {
    quickestMs: QUICKEST_MS,
    open(pid, tree) {
      const root = open(pid)
      if (root === null) return null
      return tree && hasTrees ? new TreeProbe(root, { kin, open }) : new OneProbe(root)
    },
    self: readSelf,
    // None is kept.
    relent() {},
  }
}

function receive(one: PidusageProcess, error: Error | null, stats: pidusage.Status | undefined, askedAt: number): void {
  if (stats) one.receive(stats, askedAt)
  // It holds on to a process that ended, and would say so for ever of a new one with the same pid: let it forget.
  else if (error === null || (error as NodeJS.ErrnoException).code === 'ESRCH') {
    one.restUntil = performance.now() + FORGOTTEN_AFTER_MS
  }
}
