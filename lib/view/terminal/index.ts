/** An incident for a terminal: the account first, then all that a reader needs to believe it. */
import type { Incident } from '../../wire/incident.js'
import { curvesOf, marksOf, zeroOf } from '../curves.js'
import { limitsThatMattered } from '../limits.js'
import { neutral } from '../neutral.js'
import { machineOf, treeOf } from '../outside.js'
import type { Paint } from '../paint.js'
import { ladderOf, summaryOf, whoOf } from '../story.js'
import { headline, nextWords } from '../words.js'
import { pairs, paragraph, quote, table, wrap } from './blocks.js'
import { chartOf } from './chart.js'
import type { Span } from './columns.js'
import { evidenceOf, processesOf, type Section } from './evidence.js'

export interface Terminal {
  readonly columns: number
  readonly paint: Paint
  /** Minutes east of UTC. */
  readonly offset: number
}

const NARROWEST = 60
const WIDEST = 110
/** Fewer samples than this of its last life are no picture: those before it are shown, too. */
const FEWEST_SAMPLES = 8

export function textOf(written: Incident, { columns, paint, offset }: Terminal): string {
  const incident = neutral(written)
  const room = Math.max(NARROWEST, Math.min(WIDEST, columns))
  const head = wrap(`${whoOf(incident)}: ${headline(incident)}`, room).map(line => paint('bold', line))
  const sections: Section[] = [
    ['', [...head, '', ...paragraph(incident.account, room)]],
    ['', pairs(summaryOf(incident, offset), room, paint)],
    ['', charts(incident, room, paint)],
    ['The ladder', table(ladderOf(incident), room, paint)],
    ...evidenceOf(incident, room, paint),
    ['Its processes', table(treeOf(incident), room, paint)],
    ...processesOf(incident, room, paint),
    ['Limits that mattered, and where they were set', table(limitsThatMattered(incident), room, paint)],
    ['The machine', pairs(machineOf(incident), room, paint)],
    ['The end of its stderr', stderrOf(incident, paint)],
    ['What happens next', paragraph(nextWords(incident), room)],
    ['What could not be had', incident.evidence.notes.flatMap(note => paragraph(note, room))],
  ]
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${[...(title === '' ? [] : [paint('bold', title)]), ...lines].join('\n')}\n`)
    .join('\n')
}

function charts(incident: Incident, columns: number, paint: Paint): string[] {
  const curves = curvesOf(incident)
  if (curves.length === 0) return paragraph('The recorder has nothing of it: it was too short.', columns)
  const span = spanOf(incident)
  const marks = marksOf(incident)
  const rungs = [...new Set(marks.map(({ label }) => label))].join(', ')
  const zero = incident.verdict === null ? 'the end' : 'the verdict'
  const legend = `┊ ${rungs === '' ? 'nothing told' : rungs}; 0 s is ${zero}`
  const drawn = curves.flatMap(curve => [chartOf(curve, span, marks, columns, paint), ''])
  const none = curves.some(({ name }) => name === 'lateness')
    ? []
    : ['No heartbeat was heard: it has no client, or ended before its first beat.', '']
  return [...drawn, ...none, paint('dim', legend)]
}

/** Of its last life, if that was long enough. */
function spanOf(incident: Incident): Span {
  const { samples } = incident.recording
  const own = samples.at.filter((_, n) => samples.life[n] === incident.child.life)
  const shown = own.length < FEWEST_SAMPLES ? samples.at : own
  const seconds = (at: number) => (at - zeroOf(incident)) / 1000
  return { from: seconds(Math.min(...shown)), to: Math.max(0, seconds(Math.max(incident.at, ...shown))) }
}

function stderrOf({ stderr }: Incident, paint: Paint): string[] {
  if (stderr === null || stderr.text.trim() === '') return []
  return quote(stderr.truncated ? `…\n${stderr.text}` : stderr.text, paint)
}
