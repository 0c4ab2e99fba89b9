/** Stacks, profiles, exceptions, heaps; and what the system told of each process. */
import type { NodeEvidence } from '../../wire/evidence.js'
import type { Incident } from '../../wire/incident.js'
import { allocationsWords, askedOf, heapOf, hottestOf, profileWords, stackOf } from '../inside.js'
import { mappingsOf, stateWords, threadsOf } from '../outside.js'
import type { Paint } from '../paint.js'
import { pairs, paragraph, quote, table } from './blocks.js'

export type Section = readonly [title: string, lines: readonly string[]]

const MOST_FRAMES = 20
const MOST_ROWS = 8

export const evidenceOf = (incident: Incident, columns: number, paint: Paint): Section[] =>
  incident.evidence.node.flatMap(node => sectionsOf(node, incident, columns, paint))

function sectionsOf(node: NodeEvidence, incident: Incident, columns: number, paint: Paint): Section[] {
  const { cwd } = incident.child
  const from = ` (${askedOf(node, incident)})`
  const stack = node.stack ?? []
  const more = stack.length > MOST_FRAMES ? [`  … and ${stack.length - MOST_FRAMES} more`] : []
  return [
    [`The exception${from}`, node.error === null ? [] : quote(node.error.stack || node.error.message, paint)],
    // An exception's own stack says the same, and more.
    [
      `Where its main thread was${from}`,
      node.error === null ? [...table(stackOf(stack.slice(0, MOST_FRAMES), cwd), columns, paint), ...more] : [],
    ],
    [
      `What its time went into${node.profile === null ? '' : `: itself, with callees (${profileWords(node.profile)})`}`,
      node.profile === null ? [] : table(hottestOf(node.profile.root, cwd, MOST_ROWS), columns, paint),
    ],
    [
      `Who took memory that it kept${node.allocations === null ? '' : `: itself, with callees (${allocationsWords(node.allocations)})`}`,
      node.allocations === null ? [] : table(hottestOf(node.allocations.root, cwd, MOST_ROWS), columns, paint),
    ],
    [`Its heap${from}`, pairs(heapOf(node), columns, paint)],
    ['', node.notes.flatMap(note => paragraph(note, columns))],
  ]
}

export function processesOf({ evidence }: Incident, columns: number, paint: Paint): Section[] {
  return evidence.processes.flatMap(looked => {
    const { pid, state, wchan } = looked
    const sleeps = wchan === null ? '' : `, in the kernel's ${wchan}`
    return [
      [`Threads of pid ${pid} (${stateWords(state)}${sleeps})`, table(first(threadsOf(looked)), columns, paint)],
      [`Memory of pid ${pid}: resident, size`, table(first(mappingsOf(looked)), columns, paint)],
    ] satisfies Section[]
  })
}

const first = <T extends { readonly rows: readonly unknown[] }>(table: T): T => ({
  ...table,
  rows: table.rows.slice(0, MOST_ROWS),
})
