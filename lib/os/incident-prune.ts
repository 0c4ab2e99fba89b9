/** Keeps the folder of incidents within its bounds. What is not of our making is neither counted nor touched. */
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IncidentsConfig } from '../wire/commands.js'
import { incidentOfFile, isLeftover, parseName } from './incident-names.js'

/** Nobody works on a draft for so long. */
const LEFT_OVER_MS = 3_600_000

export type Bounds = Pick<IncidentsConfig, 'dir' | 'maxAge' | 'maxBytes' | 'maxFiles'>

interface Kept {
  readonly at: number
  readonly files: string[]
  bytes: number
}

/**
 * What is too old goes, then the oldest until the rest is within bounds; `newest`, the base name of the one that was just
 * written, stays in any case. An incident goes with its heap snapshot. One file is looked at after the other: if the disk
 * hangs, no more than one thread of the pool does.
 */
export async function prune({ dir, maxAge, maxBytes, maxFiles }: Bounds, newest: string, now: number): Promise<void> {
  const incidents = new Map<string, Kept>()
  for (const file of await readdir(dir)) {
    const base = incidentOfFile(file)
    if (base !== null) await count(incidents, dir, base, file)
    else if (isLeftover(file)) await removeLeftover(join(dir, file), now)
  }
  // Their names begin with their times.
  const byAge = [...incidents].sort(([a], [b]) => (a < b ? -1 : 1))
  let files = byAge.length
  let bytes = byAge.reduce((sum, [, one]) => sum + one.bytes, 0)
  for (const [base, one] of byAge) {
    if (base === newest) continue
    if (now - one.at <= maxAge && files <= maxFiles && bytes <= maxBytes) continue
    for (const file of one.files) await rm(join(dir, file), { force: true })
    files--
    bytes -= one.bytes
  }
}

async function count(incidents: Map<string, Kept>, dir: string, base: string, file: string): Promise<void> {
  const stat = await lstatOrNone(join(dir, file))
  if (!stat?.isFile()) return
  const one = incidents.get(base) ?? { at: parseName(`${base}.json`)?.at ?? 0, files: [], bytes: 0 }
  one.files.push(file)
  one.bytes += stat.size
  incidents.set(base, one)
}

async function removeLeftover(path: string, now: number): Promise<void> {
  const stat = await lstatOrNone(path)
  if (stat?.isFile() && now - stat.mtimeMs > LEFT_OVER_MS) await rm(path, { force: true })
}

/** Another host that keeps its incidents here prunes, too. */
async function lstatOrNone(path: string) {
  try {
    return await lstat(path)
  } catch {
    return undefined
  }
}
