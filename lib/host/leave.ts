/** The end of this process, in the way that its worker ended. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { Outcome } from './outcome.js'

/** Signals that make the kernel write a core. */
const CORES: ReadonlySet<string> = new Set(
  'SIGABRT SIGBUS SIGFPE SIGILL SIGQUIT SIGSEGV SIGSYS SIGTRAP SIGXCPU SIGXFSZ'.split(' '),
)

export function leave(outcome: Outcome): never {
  if (typeof outcome === 'number') process.exit(outcome)
  process.removeAllListeners(outcome)
  if (CORES.has(outcome)) forgoCore()
  process.kill(process.pid, outcome)
  // The first process of a container is not ended by signals: a shell's number for it has to do.
  process.exit(128 + (constants.signals[outcome] ?? 0))
}

/**
 * It is the worker that crashed, and its core is written already. One byte, not none: to a program that takes cores, a limit
 * of nothing is no limit, and one of a byte keeps the kernel from calling it.
 */
function forgoCore(): void {
  const { status } = spawnSync('prlimit', ['--pid', `${process.pid}`, '--core=1:'], { stdio: 'ignore' })
  if (status === 0) return
  try {
    writeFileSync('/proc/self/coredump_filter', '0')
  } catch {}
}
