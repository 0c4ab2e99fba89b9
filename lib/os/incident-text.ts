/** An incident as the text of its file, which is never larger than it may be. */
import type { NodeEvidence } from '../wire/evidence.js'
import type { Incident } from '../wire/incident.js'

const SHORT_STDERR_CHARS = 8192

interface Cut {
  readonly what: string
  readonly of: (incident: Incident) => Incident
}

/** From what is missed least to what is missed most. */
const CUTS: readonly Cut[] = [
  { what: 'reports', of: withoutNode({ report: null }) },
  { what: 'profiles', of: withoutNode({ profile: null, allocations: null }) },
  { what: `stderr but for its last ${SHORT_STDERR_CHARS} characters`, of: withShortStderr },
  { what: 'looks at memory between the windows', of: withoutRecorded({ memory: { at: [], rss: [] } }) },
  { what: 'beats', of: withoutRecorded({ beats: { at: [], wall: [], own: [] } }) },
  { what: 'evidence', of: withoutEvidence },
]

/** Compact, with a newline at its end. null: it does not fit, whatever is left out. Throws what has no form in JSON. */
export function incidentText(incident: Incident, mostBytes: number): string | null {
  let short = incident
  const missing: string[] = []
  for (const { what, of } of [{ what: '', of: (whole: Incident) => whole }, ...CUTS]) {
    short = of(short)
    if (what !== '') missing.push(what)
    const text = `${JSON.stringify(missing.length === 0 ? short : noted(short, missing, mostBytes))}\n`
    if (Buffer.byteLength(text) <= mostBytes) return text
  }
  return null
}

function noted(incident: Incident, missing: readonly string[], mostBytes: number): Incident {
  const note = `left out, for a file may have ${mostBytes} bytes: ${missing.join(', ')}`
  return { ...incident, evidence: { ...incident.evidence, notes: [...incident.evidence.notes, note] } }
}

function withoutNode(part: Partial<NodeEvidence>): Cut['of'] {
  return incident => {
    const node = incident.evidence.node.map(one => ({ ...one, ...part }))
    return { ...incident, evidence: { ...incident.evidence, node } }
  }
}

function withoutRecorded(part: Partial<Incident['recording']>): Cut['of'] {
  return incident => ({ ...incident, recording: { ...incident.recording, ...part } })
}

function withShortStderr(incident: Incident): Incident {
  const text = incident.stderr?.text ?? ''
  if (text.length <= SHORT_STDERR_CHARS) return incident
  return { ...incident, stderr: { text: text.slice(-SHORT_STDERR_CHARS), truncated: true } }
}

function withoutEvidence(incident: Incident): Incident {
  return { ...incident, evidence: { node: [], processes: [], notes: [] } }
}
