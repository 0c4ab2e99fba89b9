import { createRequire } from 'node:module'

/** Some builds have no inspector. */
function load(): typeof import('node:inspector') | null {
  try {
    return createRequire(process.execPath)('node:inspector')
  } catch {
    return null
  }
}

const inspector = load()

/** Is a debugger at this process, or could one be? At a breakpoint a thread looks as if it hung. */
export const isInspected = (): boolean => inspector?.url() !== undefined
