/** Incidents for people: what is in a folder, and what is in a file. */
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OsqwatchError } from '../wire/errors.js'
import { INCIDENT_FORMAT, INCIDENT_VERSION, type Incident } from '../wire/incident.js'
import { type NamedIncident, parseName } from './incident-names.js'

/** Larger than any that is written. */
const MOST_BYTES = 64 * 1024 * 1024

export interface ListedIncident extends NamedIncident {
  readonly path: string
  readonly size: number
}

/** By their names, the newest first. A folder that is not there has none; what is no incident is passed over. */
export async function listIncidents(dir: string): Promise<ListedIncident[]> {
  const listed: ListedIncident[] = []
  for (const file of (await readdir(dir).catch(() => [])).sort().reverse()) {
    const named = parseName(file)
    const path = join(dir, file)
    const found = named && (await lstat(path).catch(() => null))
    if (found?.isFile()) listed.push({ path, size: found.size, ...(named as NamedIncident) })
  }
  return listed
}

/** Throws ERR_OSQWATCH_INCIDENT. */
export async function readIncident(path: string): Promise<Incident> {
  const refuse = (why: string) => new OsqwatchError('ERR_OSQWATCH_INCIDENT', `${path} ${why}`)
  let value: unknown
  try {
    const found = await stat(path)
    if (!found.isFile()) throw refuse('is no file')
    if (found.size > MOST_BYTES) throw refuse(`is larger than any incident: ${found.size} bytes`)
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof OsqwatchError) throw error
    if (error instanceof SyntaxError) throw refuse(`is no JSON: ${error.message}`)
    throw refuse(`cannot be read: ${(error as Error).message}`)
  }
  const why = whyNoIncident(value)
  if (why !== null) throw refuse(why)
  return value as Incident
}

/** Everything that is read without being asked for first. */
const PARTS = {
  at: 'number',
  account: 'string',
  host: 'object',
  child: 'object',
  exit: 'object',
  next: 'object',
  limits: 'object',
  ladder: 'array',
  recording: 'object',
  tree: 'array',
  machine: 'object',
  evidence: 'object',
  replay: 'object',
} as const satisfies Partial<Record<keyof Incident, string>>

function whyNoIncident(value: unknown): string | null {
  if (kindOf(value) !== 'object') return `is no incident: it holds ${kindOf(value)}`
  const { format, version, ...rest } = value as Record<string, unknown>
  if (format !== INCIDENT_FORMAT) return `is no incident: its format is ${JSON.stringify(format) ?? 'not told'}`
  if (version !== INCIDENT_VERSION)
    return `is of version ${JSON.stringify(version) ?? 'unknown'}; this osqwatch knows version ${INCIDENT_VERSION}`
  const wrong = Object.entries(PARTS).find(([name, kind]) => kindOf(rest[name]) !== kind)
  return wrong === undefined ? null : `is no whole incident: ${wrong[0]} is ${kindOf(rest[wrong[0]])}, not ${wrong[1]}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  return Array.isArray(value) ? 'array' : typeof value
}
