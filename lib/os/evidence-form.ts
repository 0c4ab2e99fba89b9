/** Evidence out of a file that a child may have written: each field is checked and built anew, and bounded. */
import { maskArgs, maskText } from '../core/mask.js'
import type { Allocations, Frame, Heap, NodeEvidence, Profile, ProfileNode } from '../wire/evidence.js'
import { framesIn } from './stack-text.js'

const MOST_FRAMES = 200
const MOST_NODES = 2_000
const MOST_DEPTH = 256
const MOST_NOTES = 32
const MOST_SPACES = 32
const [SHORT, LONG] = [1_024, 16_384] as const
const MOST_REPORT_CHARS = 65_536

type Told = Readonly<Record<string, unknown>>

/** null: it is no evidence of that process. `snapshot`: the file that is there. */
export function evidenceFrom(told: unknown, pid: number, snapshot: string | null): NodeEvidence | null {
  const { trigger, at, notes, ...rest } = record(told)
  if (trigger !== 'asked' && trigger !== 'heap' && trigger !== 'exception') return null
  if (rest.pid !== pid) return null
  const error = trigger === 'exception' ? errorFrom(rest.error) : null
  return {
    pid,
    at: amount(at),
    trigger,
    stack: error === null ? stackFrom(rest.stack) : framesIn(error.stack),
    profile: profileFrom(rest.profile),
    allocations: allocationsFrom(rest.allocations),
    heap: heapFrom(rest.heap),
    report: reportFrom(rest.report),
    snapshot: trigger === 'asked' ? snapshot : null,
    error,
    notes: list(notes, MOST_NOTES).map(note => text(note, SHORT)),
  }
}

const record = (value: unknown): Told => (typeof value === 'object' && value !== null ? (value as Told) : {})
const list = (value: unknown, most: number): unknown[] => (Array.isArray(value) ? value.slice(0, most) : [])
const text = (value: unknown, most: number): string => (typeof value === 'string' ? value.slice(0, most) : '')
const amount = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0

function stackFrom(value: unknown): Frame[] | null {
  return Array.isArray(value) ? list(value, MOST_FRAMES).map(frameFrom) : null
}

function frameFrom(value: unknown): Frame {
  const told = record(value)
  const { line, column } = told
  return {
    function: text(told.function, SHORT),
    file: text(told.file, SHORT),
    line: amount(line),
    column: amount(column),
  }
}

function profileFrom(value: unknown): Profile | null {
  const { ms, samples, root } = record(value)
  const tree = treeFrom(root)
  return tree && { ms: amount(ms), samples: amount(samples), root: tree }
}

function allocationsFrom(value: unknown): Allocations | null {
  const { ms, bytes, root } = record(value)
  const tree = treeFrom(root)
  return tree && { ms: amount(ms), bytes: amount(bytes), root: tree }
}

function treeFrom(root: unknown): ProfileNode | null {
  if (typeof root !== 'object' || root === null) return null
  let left = MOST_NODES
  const nodeFrom = (value: unknown, depth: number): ProfileNode => {
    const { frame, self, children } = record(value)
    left--
    const known: ProfileNode[] = []
    for (const child of depth < MOST_DEPTH ? list(children, MOST_NODES) : [])
      if (left > 0) known.push(nodeFrom(child, depth + 1))
    return { frame: frameFrom(frame), self: amount(self), children: known }
  }
  return nodeFrom(root, 0)
}

function heapFrom(value: unknown): Heap | null {
  const { used, total, limit, external, spaces } = record(value)
  if (typeof used !== 'number') return null
  const sizes = Object.entries(record(spaces)).slice(0, MOST_SPACES)
  return {
    used: amount(used),
    total: amount(total),
    limit: amount(limit),
    external: amount(external),
    spaces: Object.fromEntries(sizes.map(([name, size]) => [name.slice(0, SHORT), amount(size)])),
  }
}

/** Whatever Node writes into it: it is bounded as a whole, and the command line and the exception's words are in it. */
function reportFrom(value: unknown): Told | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const whole = JSON.stringify(value)
  return whole.length <= MOST_REPORT_CHARS ? JSON.parse(whole, masked) : null
}

function masked(key: string, value: unknown): unknown {
  if (key === 'commandLine' && Array.isArray(value)) return [maskArgs(value.map(String))]
  return typeof value === 'string' ? maskText(value) : value
}

function errorFrom(value: unknown): NodeEvidence['error'] {
  const { name, message, stack } = record(value)
  return { name: text(name, SHORT), message: maskText(text(message, LONG)), stack: maskText(text(stack, LONG)) }
}
