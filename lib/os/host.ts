/** The end of the host, as the watcher thread brings it about: a thread cannot exit its process, only kill it. */
import { spawnSync } from 'node:child_process'
import { writeLine } from './stderr.js'

/** So long main has to answer. */
const ANSWER_MS = 2000
/** So long whoever reads stderr has to take a line. */
const TELL_MS = 500

/** Main was told to end, with the code that it is to end with; a main that does not hear it is killed. */
export function endHost(reason: string, heard: () => boolean): void {
  setTimeout(() => {
    if (heard()) return
    complain(`${reason}; the main thread does not answer: SIGKILL`)
    process.kill(process.pid, 'SIGKILL')
  }, ANSWER_MS)
}

/**
 * One line on stderr, past streams that would wait for main. A pipe that is full and never read would hold whoever writes into
 * it, so that is another process, which is not waited for. A line that is not told is nobody's loss.
 */
export function complain(line: string): void {
  const write = ['-c', 'printf "osqwatch: %s\\n" "$1" >&2', 'sh', line]
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  const { error } = spawnSync('/bin/sh', write, { env: {}, stdio: [...stdio], timeout: TELL_MS, killSignal: 'SIGKILL' })
  // Where there is no such shell, or no room for it.
  if (error !== undefined && (error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') writeLine(`osqwatch: ${line}\n`)
}
