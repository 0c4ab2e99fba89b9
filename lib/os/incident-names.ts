/** How the files of an incident are called: by when, who and which life, so that a list of the folder tells a story. */
import type { Incident } from '../wire/incident.js'

/** What a file's name tells. */
export interface NamedIncident {
  readonly at: number
  /** Of the child, made safe. */
  readonly name: string
  readonly life: number
  /** null: it had none. */
  readonly pid: number | null
}

/** Of a file's name, which may have 255 bytes in all. */
const MOST_NAME_CHARS = 80
const BASE = String.raw`(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)-([\w.-]{1,${MOST_NAME_CHARS}})-life(\d{1,15})-(\d{1,10})`
const INCIDENT = new RegExp(`^${BASE}\\.json$`)
const PART = new RegExp(`^(?<base>${BASE})(?:\\.json|(?:\\.\\d+)?\\.heapsnapshot)$`)
/** What was begun and never done, by us or by a child's witness. */
const LEFTOVER = new RegExp(`^\\.(?:${BASE}\\.[\\w-]+\\.tmp|evidence-.+)$`)

/** Without its ending. Throws where `at` is no time. */
export function baseNameOf({ at, child: { name, life, pid } }: Incident): string {
  const time = new Date(at).toISOString().replaceAll(':', '-')
  const safe = name.replaceAll(/[^\w.-]/g, '_').slice(0, MOST_NAME_CHARS) || '_'
  return `${time}-${safe}-life${life}-${pid ?? 0}`
}

/** null: it is no incident of ours. */
export function parseName(file: string): NamedIncident | null {
  const [, day = '', hours, minutes, seconds, name = '', life, pid] = INCIDENT.exec(file) ?? []
  const at = Date.parse(`${day}${hours}:${minutes}:${seconds}`)
  return Number.isNaN(at) ? null : { at, name, life: Number(life), pid: Number(pid) || null }
}

/** The base name of the incident that a file belongs to; null: to none. */
export const incidentOfFile = (file: string): string | null => PART.exec(file)?.groups?.base ?? null

export const isLeftover = (file: string): boolean => LEFTOVER.test(file)
