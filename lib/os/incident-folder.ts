/** The folder of incidents. Nothing here is synchronous: it may lie on a disk that hangs, and the watcher must not. */
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { IncidentsConfig } from '../wire/commands.js'
import type { Incident } from '../wire/incident.js'
import { BoundedQueue, type Timing } from './bounded.js'
import { baseNameOf } from './incident-names.js'
import { prune } from './incident-prune.js'
import { incidentText } from './incident-text.js'
import { FOR_OTHERS, PRIVATE, whyNotOurs } from './ledger-folder.js'

const PRIVATE_FILE = 0o600
const TIMEOUT_MS = 5000
/** Whatever the folder may hold. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_WITHIN_A_MINUTE = 60
const MINUTE_MS = 60_000

export type Kept = { readonly path: string } | { readonly error: string }

export interface Incidents {
  /** One after the other, each whole or not at all. Never rejects. */
  write(incident: Incident): Promise<Kept>
  /** Where that incident is, once it is written. */
  pathOf(incident: Incident): string
  /** Moves a heap snapshot to the incident of that path. null: it does not fit, and is gone; or it could not be moved. */
  keepSnapshot(from: string, incidentPath: string): Promise<string | null>
  /** Settles when nothing is left to be written. */
  idle(): Promise<void>
}

export interface IncidentsOptions {
  /** How long one write may take. */
  readonly timeoutMs?: number
  readonly timing?: Timing
  /** Writes the file, which must not be there yet. */
  readonly put?: (path: string, text: string) => Promise<void>
}

const putFile = (path: string, text: string) => writeFile(path, text, { flag: 'wx', mode: PRIVATE_FILE })

export function openIncidents(config: IncidentsConfig, options: IncidentsOptions = {}): Incidents {
  const { dir, maxBytes } = config
  const { timeoutMs = TIMEOUT_MS, timing, put = putFile } = options
  const queue = new BoundedQueue(timeoutMs, timing)
  const written: number[] = []
  let drafts = 0

  async function write(incident: Incident): Promise<Kept> {
    try {
      if (!isWithinRate(written)) return { error: `more than ${MOST_WITHIN_A_MINUTE} incidents within a minute` }
      const path = pathOf(incident)
      const text = incidentText(incident, Math.min(maxBytes, MOST_BYTES))
      if (text === null) return { error: `${path} was not written: it would be larger than it may be` }
      await queue.add(signal => place(path, text, signal))
      // Nobody waits for it but whoever waits for all.
      queue.add(() => prune(config, basename(path, '.json'), Date.now())).catch(() => {})
      return { path }
    } catch (error) {
      return { error: `no incident was written to ${dir}: ${reasonOf(error)}` }
    }
  }

  async function place(path: string, text: string, signal: AbortSignal): Promise<void> {
    await openPrivate(dir)
    const draft = join(dir, `.${basename(path, '.json')}.${process.pid}-${++drafts}.tmp`)
    try {
      await put(draft, text)
      // It has been told that there is none.
      signal.throwIfAborted()
      await rename(draft, path)
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {})
      throw error
    }
  }

  const pathOf = (incident: Incident): string => join(dir, `${baseNameOf(incident)}.json`)

  return {
    write,
    pathOf,
    keepSnapshot: (from, path) => queue.add(() => keepSnapshot(from, path, maxBytes)).catch(() => null),
    idle: () => queue.idle(),
  }
}

function isWithinRate(written: number[]): boolean {
  const now = performance.now()
  while (written.length > 0 && now - (written[0] as number) > MINUTE_MS) written.shift()
  return written.length < MOST_WITHIN_A_MINUTE && written.push(now) > 0
}

/** It is there, and this user's alone. Where there are no modes there is nothing to be seen of that. */
async function openPrivate(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: PRIVATE })
  const why = process.geteuid === undefined ? null : whyNotOurs(await lstat(dir), FOR_OTHERS)
  if (why !== null) throw new Error(`it ${why}`)
}

async function keepSnapshot(from: string, incidentPath: string, maxBytes: number): Promise<string | null> {
  const { size } = await lstat(from)
  if (size > maxBytes) {
    await rm(from, { force: true })
    return null
  }
  const base = join(dirname(incidentPath), basename(incidentPath, '.json'))
  for (let nth = 1; ; nth++) {
    const path = `${base}${nth === 1 ? '' : `.${nth}`}.heapsnapshot`
    if (await isThere(path)) continue
    await rename(from, path)
    return path
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** `ENOSPC: no space left on device`, without call and path. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === undefined ? message : (message.split(', ')[0] as string)
}
