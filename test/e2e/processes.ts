/** Everybody who was started with a mark in the environment, found through /proc: no descendant hides, however it was started. */
import { readdirSync, readFileSync } from 'node:fs'
import { look, type Seen } from './proc.js'

export interface Bearer extends Seen {
  readonly command: string
}

/** Alive: a zombie is not. */
export const isAlive = (pid: number): boolean => !['Z', 'X', undefined].includes(look(pid)?.state)

export function bearers(mark: string): Bearer[] {
  const found: Bearer[] = []
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || !read(`/proc/${name}/environ`).includes(mark)) continue
    const seen = look(Number(name))
    if (seen !== null) found.push({ ...seen, command: read(`/proc/${name}/cmdline`) })
  }
  return found
}

/** SIGKILL to one pid, which may be gone. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}

/** Gone meanwhile, or somebody else's: as if it were empty. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
