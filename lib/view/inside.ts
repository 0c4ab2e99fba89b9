/** Where a Node process was, and what its time went into. */
import { formatBytes, formatMs } from '../core/units.js'
import type { Frame, NodeEvidence, ProfileNode } from '../wire/evidence.js'
import type { Incident } from '../wire/incident.js'
import { zeroOf } from './curves.js'
import type { Pairs, Table } from './rows.js'
import { after, nameOf, percent, placeOf } from './words.js'

const TRIGGERS: Readonly<Record<NodeEvidence['trigger'], string>> = {
  asked: 'asked by the watcher',
  heap: 'on the way to an exhausted heap',
  exception: 'at an exception that nobody caught',
}

/** `pid 48213, asked by the watcher 260 ms after the verdict`. */
export function askedOf({ pid, trigger, at }: NodeEvidence, incident: Incident): string {
  const ms = at - zeroOf(incident)
  const than = incident.verdict === null ? 'the end' : 'the verdict'
  const when = after(ms).slice(1)
  return `pid ${pid}, ${TRIGGERS[trigger] ?? trigger}, ${when} ${ms < 0 ? 'before' : 'after'} ${than}`
}

export function stackOf(stack: readonly Frame[], cwd: string): Table {
  const rows = stack.map(frame => [nameOf(frame), placeOf(frame, cwd)])
  return { head: ['Function', 'Where'], rows, code: [0, 1] }
}

interface Hot {
  readonly frame: Frame
  self: number
  total: number
}

/** The functions with the most samples, or bytes, by their own share. */
export function hottestOf(root: ProfileNode, cwd: string, most = 10): Table {
  const found = new Map<string, Hot>()
  const all = gather(root, new Set(), found)
  const rows = [...found.values()]
    .filter(({ self }) => self > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, most)
    .map(({ frame, self, total }) => [percent(self / all), percent(total / all), nameOf(frame), placeOf(frame, cwd)])
  return { head: ['Itself', 'With callees', 'Function', 'Where'], rows, figures: [0, 1], code: [2, 3] }
}

/** Answers the samples at and below the node; a function that calls itself is counted once. */
function gather({ frame, self, children }: ProfileNode, above: ReadonlySet<string>, found: Map<string, Hot>): number {
  const key = `${frame.function}\n${frame.file}\n${frame.line}`
  const hot = found.get(key) ?? { frame, self: 0, total: 0 }
  found.set(key, hot)
  const path = new Set(above).add(key)
  const total = children.reduce((sum, child) => sum + gather(child, path, found), self)
  hot.self += self
  if (!above.has(key)) hot.total += total
  return total
}

export const profileWords = ({ ms, samples }: { readonly ms: number; readonly samples: number }): string =>
  `${samples} samples in ${formatMs(ms)}`

export const allocationsWords = ({ ms, bytes }: { readonly ms: number; readonly bytes: number }): string =>
  `${formatBytes(bytes)} in ${formatMs(ms)}`

export function heapOf({ heap, snapshot }: NodeEvidence): Pairs {
  if (heap === null) return snapshot === null ? [] : [['Heap snapshot', snapshot]]
  const spaces = Object.entries(heap.spaces)
    .filter(([, size]) => size > 0)
    .sort(([, a], [, b]) => b - a)
  const told = spaces.map(([name, size]) => `${name.replace(/_space$/, '').replaceAll('_', ' ')} ${formatBytes(size)}`)
  return [
    [
      'JavaScript heap',
      `${formatBytes(heap.used)} used of ${formatBytes(heap.limit)} at most (${percent(heap.used / heap.limit)})`,
    ],
    ['Its spaces', told.join(', ')],
    ['Outside of it', formatBytes(heap.external)],
    ...(snapshot === null ? [] : [['Heap snapshot', snapshot] as const]),
  ]
}
