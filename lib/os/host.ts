/** What the watcher thread writes on the host's stderr. */
import { spawnSync } from 'node:child_process'
import { writeLine } from './stderr.js'

/** So long whoever reads stderr has to take a line. */
const TELL_MS = 500

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
