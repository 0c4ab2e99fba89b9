import type { ChildProcess } from 'node:child_process'
import { spawnGuard, wholeMs } from './guard-shell.js'
import type { Ledger } from './ledger.js'
import type { Guard, Identity } from './ports.js'

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 30_000
/** A shell that lived this long was lost by accident; one that did not may never work here. */
const SOUND_AFTER_MS = 5000

export interface GuardOptions {
  /** The guard was lost (killed, or could not be started) and is being replaced; one line for people. */
  readonly onLost?: (message: string) => void
  /** A file that goes when the guard does, with its folder. */
  readonly socket?: string
  /** What the lives of its children begin their mark with; unset: they have none. */
  readonly mark?: string
  /** ms from SIGTERM to SIGKILL, for those that it finds by the mark alone. */
  readonly delayMs?: number
  /** For whoever starts next, should it be killed in the same instant as its host. */
  readonly ledger?: Ledger | null
}

/**
 * A detached shell with a pipe from this thread: when the pipe ends, for whatever reason, it ends every child on its list
 * (guard-script.ts). It is started by `open`, at the latest by the first `watch`; it never keeps the host alive, and it is
 * replaced, list and all, when it is lost. None of the methods throws. `close` ends whoever is still listed, too.
 * On Windows, which has no such shell, there is no guard: the methods do nothing.
 */
export function createGuard(options: GuardOptions = {}): Guard {
  if (process.platform === 'win32') return { open() {}, watch() {}, forget() {}, close: async () => {} }

  const { socket = '', mark = '', delayMs = 0, ledger = null, onLost } = options
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
      shell = spawnGuard([...lines.values()], { socket, mark, delayMs, ledger: ledger?.path ?? '' })
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
    onLost?.(`The guard was lost (${reason}). Until it is replaced, children would outlive a killed host.`)
  }

  function tell(line: string): void {
    ledger?.add(line, lines)
    // Without descriptors (EMFILE) spawn gives no streams; its error event follows.
    shell?.stdin?.write(`${line}\n`)
  }

  async function close(): Promise<void> {
    if (retry !== null) clearTimeout(retry)
    if (shell !== null) await endOf(shell)
    ledger?.remove()
  }

  function open(): void {
    if (closing !== null || shell !== null || retry !== null) return
    // First the one who reads nothing, then the one who may be killed before it has read anything.
    ledger?.open([...lines.values()])
    start()
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

/** It hears that this is no accident, and so hunts nobody. */
function endOf(shell: ChildProcess): Promise<void> {
  shell.ref()
  return new Promise(resolve => {
    shell.once('exit', () => resolve())
    shell.once('error', () => resolve())
    shell.stdin?.end('.\n')
    // Somebody may have stopped it.
    shell.kill('SIGCONT')
  })
}

const watchLine = ({ pid, start }: Identity, delayMs: number): string =>
  `+ ${pid} ${start === '' ? '-' : start} ${wholeMs(delayMs)}`
