/** Where a child's stdout and stderr go. */
import { closeSync, openSync, statSync } from 'node:fs'
import type { ChildConfig } from '../wire/commands.js'

/** A file for a child's output that could not be opened. `code` is the errno name. */
export class OutputError extends Error {
  readonly code: string

  constructor(stream: 'stdout' | 'stderr', file: string, code: string, why: string) {
    super(`cannot open ${JSON.stringify(file)} for its ${stream} (${code}): ${why}`)
    this.code = code
  }
}

export interface Output {
  /** As `spawn` takes them: a word, or a descriptor of this process. */
  readonly stdout: 'ignore' | 'inherit' | number
  readonly stderr: 'ignore' | 'inherit' | number
  /** Once the child has its copies. */
  close(): void
}

/** Opens the files of a child's stdio for appending. Throws OutputError. */
export function openOutput(stdio: ChildConfig['stdio']): Output {
  if (typeof stdio === 'string') return { stdout: stdio, stderr: stdio, close() {} }
  const stdout = openToAppend('stdout', stdio.stdout)
  try {
    const stderr = stdio.stderr === stdio.stdout ? stdout : openToAppend('stderr', stdio.stderr)
    return { stdout, stderr, close: () => new Set([stdout, stderr]).forEach(closeSync) }
  } catch (error) {
    closeSync(stdout)
    throw error
  }
}

/** Synchronous: only the calling thread waits, and none of its descriptors passes through the shared thread pool. */
function openToAppend(stream: 'stdout' | 'stderr', file: string): number {
  try {
    // Opening a FIFO waits for its reader, and with it the whole watcher would.
    if (statSync(file, { throwIfNoEntry: false })?.isFIFO())
      throw new OutputError(stream, file, 'EINVAL', 'it is a FIFO')
    return openSync(file, 'a')
  } catch (error) {
    if (error instanceof OutputError) throw error
    const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException
    throw new OutputError(stream, file, code, message)
  }
}
