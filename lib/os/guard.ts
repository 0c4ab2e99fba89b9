import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { ADOPT_ENV, SOCKET_ENV } from '../wire/beats.js'
import { GUARD_SCRIPT } from './guard-script.js'
import type { Guard, Identity } from './ports.js'

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 30_000
/** A shell that lived this long was lost by accident; one that did not may never work here. */
const SOUND_AFTER_MS = 5000
/** Some shells count in 32 bits. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

export interface GuardOptions {
  /** The guard was lost (killed, or could not be started) and is being replaced; one line for people. */
  readonly onLost?: (message: string) => void
  /** A file that goes when the guard does, with its folder. */
  readonly socket?: string
}

/**
 * A detached shell with a pipe from this thread: when the pipe ends, for whatever reason, it ends every child on its list
 * (guard-script.ts). It is started by `open`, at the latest by the first `watch`; it never keeps the host alive, and it is
 * replaced, list and all, when it is lost. None of the methods throws. `close` ends whoever is still listed, too.
 * On Windows, which has no such shell, there is no guard: the methods do nothing.
 */
export function createGuard(options: GuardOptions = {}): Guard {
  if (process.platform === 'win32') return { open() {}, watch() {}, forget() {}, close: async () => {} }

  const lines = new Map<number, string>()
  let shell: ChildProcess | null = null
  let retry: NodeJS.Timeout | null = null
  let retryMs = FIRST_RETRY_MS
  /** Said already: it is not said at each try. */
  let isTold = false
  let closing: Promise<void> | null = null

  function start(): void {
    retry = null
    const bornAt = performance.now()
    try {
      shell = spawnShell([...lines.values()], options.socket)
    } catch (error) {
      lost(bornAt, String(error))
      return
    }
    shell.on('error', error => lost(bornAt, String(error)))
    shell.once('exit', (code, signal) => lost(bornAt, signal ?? `exit ${code}`))
  }

  function lost(bornAt: number, reason: string): void {
    shell = null
    if (closing !== null || retry !== null) return
    if (performance.now() - bornAt > SOUND_AFTER_MS) {
      retryMs = FIRST_RETRY_MS
      isTold = false
    }
    retry = setTimeout(start, retryMs).unref()
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    if (isTold) return
    isTold = true
    options.onLost?.(`The guard was lost (${reason}). Until it is replaced, children would outlive a killed host.`)
  }

  function tell(line: string): void {
    // Without descriptors (EMFILE) spawn gives no streams; its error event follows.
    shell?.stdin?.write(`${line}\n`)
  }

  async function close(): Promise<void> {
    if (retry !== null) clearTimeout(retry)
    if (shell === null) return
    const ending = shell
    ending.ref()
    await new Promise<void>(resolve => {
      ending.once('exit', () => resolve())
      ending.once('error', () => resolve())
      ending.stdin?.end()
    })
  }

  function open(): void {
    if (closing === null && shell === null && retry === null) start()
  }

  return {
    open,
    watch(child, delayMs, tree = false) {
      open()
      const line = watchLine(child, delayMs) + (tree ? ' tree' : '')
      lines.set(child.pid, line)
      tell(line)
    },
    forget(pid) {
      lines.delete(pid)
      tell(`- ${pid}`)
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** It is told of those who are there by its arguments: the host may die before it could write a line. */
function spawnShell(lines: readonly string[], socket = ''): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'osqwatch-guard', ...lines], {
    cwd: '/',
    // Its `sleep` is on the PATH; bytes, not characters, in the names of processes. Nobody adopts it.
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', [SOCKET_ENV]: socket, [ADOPT_ENV]: '0' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.unref()
  const stdin = shell.stdin as Socket | null
  stdin?.unref()
  // EPIPE: the shell is gone, and its exit says so.
  stdin?.on('error', () => {})
  return shell
}

function watchLine({ pid, start }: Identity, delayMs: number): string {
  const delay = Math.min(Math.ceil(Math.max(0, delayMs)), LONGEST_DELAY_MS)
  return `+ ${pid} ${start === '' ? '-' : start} ${delay}`
}
