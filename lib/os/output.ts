/** Where a child's stdout and stderr go. */
import { closeSync, openSync, statSync } from 'node:fs'
import type { Output, Stdio } from '../wire/commands.js'

/** A file for a child's output that could not be opened. `code` is the errno name. */
export class OutputError extends Error {
  readonly code: string

  constructor(stream: 'stdout' | 'stderr', file: string, code: string, why: string) {
    super(`cannot open ${JSON.stringify(file)} for its ${stream} (${code}): ${why}`)
    this.code = code
  }
}

export interface OpenOutput {
  /** As `spawn` takes them: a word, or a descriptor of this process. */
  readonly stdout: 'ignore' | 'inherit' | 'pipe' | number
  readonly stderr: 'ignore' | 'inherit' | 'pipe' | number
  /** Once the child has its copies. */
  close(): void
}

/** Opens the files of a child's stdio for appending. Throws OutputError. */
export function openOutput({ stdout, stderr }: Pick<Stdio, 'stdout' | 'stderr'>): OpenOutput {
  const opened = new Map<string, number>()
  const close = () => opened.forEach(fd => void closeSync(fd))
  const open = (stream: 'stdout' | 'stderr', output: Output) => {
    if (typeof output === 'string') return output
    const fd = opened.get(output.file) ?? openToAppend(stream, output.file)
    opened.set(output.file, fd)
    return fd
  }
  try {
    return { stdout: open('stdout', stdout), stderr: open('stderr', stderr), close }
  } catch (error) {
    close()
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
