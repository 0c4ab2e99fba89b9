/** A folder that is this user's alone: what is read from it is acted upon. */
import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const PRIVATE = 0o700
export const FOR_OTHERS = 0o077
const WRITABLE_FOR_OTHERS = 0o022

/** Where it is unless somebody says otherwise. It goes with the session, or with the machine's next start. */
export function defaultFolder(): string {
  const { XDG_RUNTIME_DIR: runtime = '' } = process.env
  if (runtime.startsWith('/') && whyNotOurs(look(runtime), WRITABLE_FOR_OTHERS) === null)
    return join(runtime, 'osqwatch')
  return join(tmpdir(), `osqwatch-${process.geteuid?.()}`)
}

/** It is there from now on; throws with the reason why it cannot be used. */
export function openFolder(folder: string): void {
  try {
    mkdirSync(folder, PRIVATE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const why = whyNotOurs(look(folder), FOR_OTHERS)
  if (why !== null) throw new Error(`${folder} ${why}`)
}

const look = (folder: string) => lstatSync(folder, { throwIfNoEntry: false })

/** What is wrong with a folder, as `lstat` sees it; `forbidden`: bits that its mode may not have. */
export function whyNotOurs(stat: Stats | undefined, forbidden: number): string | null {
  if (stat === undefined) return 'is not there'
  if (!stat.isDirectory()) return 'is no folder'
  if (stat.uid !== process.geteuid?.()) return "is somebody else's"
  return (stat.mode & forbidden) === 0 ? null : `is open to others (mode ${(stat.mode & 0o777).toString(8)})`
}
