/** V8's CPU profile as a tree of bounded size. */
import type { Frame, Profile, ProfileNode } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

const MOST_NODES = 1_500
const MOST_DEPTH = 200

interface RawFrame {
  readonly functionName: string
  readonly url: string
  /** From 0. */
  readonly lineNumber: number
  readonly columnNumber: number
}

interface Raw {
  readonly startTime: number
  readonly endTime: number
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: RawFrame
    readonly hitCount?: number
    readonly children?: readonly number[]
  }[]
}

interface Node {
  readonly frame: Frame
  readonly self: number
  /** Samples in it and below. */
  readonly total: number
  readonly children: readonly Node[]
}

/** Whatever V8 has no place for, such as `(idle)`, has none. */
function frameOf({ functionName, url, lineNumber, columnNumber }: RawFrame): Frame {
  return { function: functionName, file: pathOf(url), line: lineNumber + 1, column: columnNumber + 1 }
}

function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url
  try {
    return (require('node:url') as typeof import('node:url')).fileURLToPath(url)
  } catch {
    return url
  }
}

/** What was seen least goes first. Where a part is missing, the samples in it are: `samples` counts them all. */
function prune(raw: Raw): Profile | null {
  const [first] = raw.nodes
  if (first === undefined) return null
  const byId = new Map(raw.nodes.map(node => [node.id, node]))
  const build = (id: number, depth: number): Node[] => {
    const found = byId.get(id)
    if (found === undefined || depth > MOST_DEPTH) return []
    const children = (found.children ?? []).flatMap(child => build(child, depth + 1))
    const self = found.hitCount ?? 0
    return [{ frame: frameOf(found.callFrame), self, total: sum(children.map(child => child.total)) + self, children }]
  }
  const [root] = build(first.id, 0)
  if (root === undefined) return null
  let least = 1
  while (count(root, least) > MOST_NODES) least++
  const ms = Math.round((raw.endTime - raw.startTime) / 1_000)
  return { ms, samples: sum(raw.nodes.map(node => node.hitCount ?? 0)), root: cut(root, least) }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

function count(node: Node, least: number): number {
  return 1 + sum(node.children.filter(child => child.total >= least).map(child => count(child, least)))
}

function cut({ frame, self, children }: Node, least: number): ProfileNode {
  const kept = children.filter(child => child.total >= least).sort((one, other) => other.total - one.total)
  return { frame, self, children: kept.map(child => cut(child, least)) }
}

export = { prune, frameOf, pathOf }
