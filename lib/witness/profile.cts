/** V8's profiles of CPU and of allocations as trees of bounded size. */
import type { Allocations, Frame, Profile, ProfileNode } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

const MOST_NODES = 1_500
const MOST_DEPTH = 200
const LEAST_GROWTH = 1.25
/** The folder of the client's files. */
const CLIENT = __dirname.slice(0, -'witness'.length)

interface RawFrame {
  readonly functionName: string
  readonly url: string
  /** From 0. */
  readonly lineNumber: number
  readonly columnNumber: number
}

interface RawProfile {
  readonly startTime: number
  readonly endTime: number
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: RawFrame
    readonly hitCount?: number
    readonly children?: readonly number[]
  }[]
}

interface RawAllocations {
  readonly ms: number
  readonly head: RawAllocation
}

interface RawAllocation {
  readonly callFrame: RawFrame
  readonly selfSize: number
  readonly children: readonly RawAllocation[]
}

interface Node {
  readonly frame: Frame
  readonly self: number
  /** Samples, or bytes, in it and below. */
  readonly total: number
  readonly children: readonly Node[]
}

/** Whatever V8 has no place for, such as `(idle)`, has none. */
function frameOf({ functionName, url, lineNumber, columnNumber }: RawFrame): Frame {
  return { function: functionName, file: pathOf(url), line: lineNumber + 1, column: columnNumber + 1 }
}

/** The client's own files have a scheme, as Node's have: nobody who reads of the app is to take them for its code. */
function pathOf(url: string): string {
  const path = fileOf(url)
  return path.startsWith(CLIENT) ? `osqwatch:${path.slice(CLIENT.length)}` : path
}

function fileOf(url: string): string {
  if (!url.startsWith('file:')) return url
  try {
    return (require('node:url') as typeof import('node:url')).fileURLToPath(url)
  } catch {
    return url
  }
}

function profileOf(raw: RawProfile): Profile | null {
  const [first] = raw.nodes
  if (first === undefined) return null
  const byId = new Map(raw.nodes.map(node => [node.id, node]))
  const build = (id: number, depth: number): Node[] => {
    const found = byId.get(id)
    if (found === undefined || depth > MOST_DEPTH) return []
    const children = (found.children ?? []).flatMap(child => build(child, depth + 1))
    return [nodeOf(found.callFrame, found.hitCount ?? 0, children)]
  }
  const [root] = build(first.id, 0)
  if (root === undefined) return null
  const ms = Math.round((raw.endTime - raw.startTime) / 1_000)
  return { ms, samples: sum(raw.nodes.map(node => node.hitCount ?? 0)), root: prune(root) }
}

function allocationsOf({ ms, head }: RawAllocations): Allocations {
  let bytes = 0
  const build = ({ callFrame, selfSize, children }: RawAllocation, depth: number): Node[] => {
    bytes += selfSize
    const below = children.flatMap(child => build(child, depth + 1))
    return depth > MOST_DEPTH ? [] : [nodeOf(callFrame, selfSize, below)]
  }
  const [root] = build(head, 0) as [Node]
  return { ms, bytes, root: prune(root) }
}

function nodeOf(callFrame: RawFrame, self: number, children: readonly Node[]): Node {
  return { frame: frameOf(callFrame), self, total: sum(children.map(child => child.total)) + self, children }
}

/** What was seen least goes first. Where a part is missing, what was seen in it is: `samples` and `bytes` count it all. */
function prune(root: Node): ProfileNode {
  let least = 1
  while (count(root, least) > MOST_NODES) least = Math.ceil(least * LEAST_GROWTH)
  return cut(root, least)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

function count(node: Node, least: number): number {
  return 1 + sum(node.children.filter(child => child.total >= least).map(child => count(child, least)))
}

function cut({ frame, self, children }: Node, least: number): ProfileNode {
  const kept = children.filter(child => child.total >= least).sort((one, other) => other.total - one.total)
  return { frame, self, children: kept.map(child => cut(child, least)) }
}

export = { profileOf, allocationsOf, frameOf, pathOf }
