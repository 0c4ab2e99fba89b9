import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { ADOPT_ENV, SOCKET_ENV } from '../wire/beats.js'
import { GUARD_SCRIPT } from './guard-script.js'

/** Some shells count in 32 bits. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

export interface ShellOptions {
  /** What the lives of its children begin their mark with; '': they have none. */
  readonly mark: string
  /** ms from SIGTERM to SIGKILL, for those that it finds by the mark alone. */
  readonly delayMs: number
  /** Files that go when it does; of the socket, the folder, too. */
  readonly socket?: string
  readonly ledger?: string
  readonly stdio?: StdioOptions
}

/** The guard's process. It is told of those who are there by its arguments: the host may die before it could write a line. */
export function spawnGuard(lines: readonly string[], options: ShellOptions): ChildProcess {
  const { mark, delayMs, socket = '', ledger = '', stdio = ['pipe', 'ignore', 'ignore'] } = options
  const shell = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'osqwatch-guard', ...lines], {
    cwd: '/',
    env: {
      // Its tools are on the PATH, whatever else is; bytes, not characters, in the names of processes. Nobody adopts it.
      ...{ PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin`, LC_ALL: 'C', [ADOPT_ENV]: '0' },
      // Not the variable that it looks for: nobody hunts the hunters.
      ...{ OSQWATCH_MARK: mark, OSQWATCH_DELAY: String(wholeMs(delayMs)) },
      ...{ [SOCKET_ENV]: socket, OSQWATCH_LEDGER: ledger },
    },
    detached: true,
    stdio,
  })
  shell.unref()
  for (const stream of [shell.stdin, shell.stdout] as (Socket | null | undefined)[]) {
    stream?.unref()
    // EPIPE: the shell is gone, and its exit says so.
    stream?.on('error', () => {})
  }
  return shell
}

/** What a shell can count, and compare with. */
export const wholeMs = (ms: number): number => Math.min(Math.ceil(Math.max(0, ms)), LONGEST_DELAY_MS)
