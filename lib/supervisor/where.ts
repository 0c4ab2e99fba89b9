/** Where a child's code was, in words. */
import { formatBytes, formatMs } from '../core/units.js'
import type { Evidence, Frame, NodeEvidence, ProfileNode } from '../wire/evidence.js'

/** The line of code, by the best witness. */
export function where(evidence: Evidence): string | null {
  const error = evidence.node.find(({ error }) => error !== null)?.error
  if (error) return `Nobody caught ${error.name}: ${error.message}${frameIn(error.stack)}.`
  for (const witness of evidence.node) {
    const frame = firstOwn(witness.stack ?? [])
    const at = frame === undefined ? null : `its main thread was in ${told(frame)}`
    const words = [at, hoarded(witness) ?? worked(witness, frame)].filter(part => part !== null).join('; ')
    if (words !== '') return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
  }
  return waited(evidence)
}

/** Whose memory it is, where it is memory of the heap; what is busy need not be what leaks. */
function hoarded({ allocations, heap }: NodeEvidence): string | null {
  if (allocations === null || (heap !== null && heap.external > heap.used)) return null
  const { ms, bytes, root } = allocations
  const most = heaviest(root)
  if (most === null) return null
  return `of its own code ${told(most.frame)} took most, ${formatBytes(most.work)} of the ${formatBytes(bytes)} that ${formatMs(ms)} added to its heap`
}

function worked({ profile }: NodeEvidence, frame: Frame | undefined): string | null {
  if (profile === null) return null
  const most = heaviest(profile.root)
  if (most === null || isSame(most.frame, frame)) return null
  const percent = Math.round((100 * most.work) / profile.samples)
  return `of its own code ${told(most.frame)} worked most, ${percent}% of a ${formatMs(profile.ms)} profile`
}

/** Of the app's own code: Node's has no file, or one of a scheme of its own, and so has the client's. */
const isOwn = ({ file }: Frame) => !/^(?:$|node:|osqwatch:)/.test(file)
const firstOwn = (stack: readonly Frame[]) => stack.find(isOwn)

const told = ({ function: name, file, line }: Frame) =>
  `${name || '(anonymous)'}${file === '' ? '' : ` (${file}${line > 0 ? `:${line}` : ''})`}`

/** A stack says `Object.spin` and where in it, a profile says `spin` and where that begins. */
const isSame = (hot: Frame, frame: Frame | undefined) =>
  frame !== undefined && hot.file === frame.file && frame.function.includes(hot.function)

function frameIn(stack: string): string {
  const line = stack.split('\n').find(text => /^\s+at .*:\d+/.test(text) && !text.includes('node:'))
  return line === undefined ? '' : `, ${line.trim()}`
}

interface Work {
  readonly frame: Frame
  /** Samples, or bytes. */
  readonly work: number
}

/** The app's code with the most, with that of all that it called of Node's. */
function heaviest(root: ProfileNode): Work | null {
  let most: Work | null = null
  for (const one of workIn(root).own) if (one.work > (most?.work ?? 0)) most = one
  return most
}

interface Works {
  /** Of Node's own code, which whoever has called it answers for. */
  readonly rest: number
  readonly own: readonly Work[]
}

function workIn({ frame, self, children }: ProfileNode): Works {
  const below = children.map(workIn)
  const work = below.reduce((sum, { rest }) => sum + rest, self)
  const own = below.flatMap(({ own }) => own)
  return isOwn(frame) ? { rest: 0, own: [...own, { frame, work }] } : { rest: work, own }
}

/** Without a client the kernel's word has to do. */
function waited({ processes }: Evidence): string | null {
  const [first] = processes
  if (first === undefined) return null
  const asleep = first.wchan === null ? '' : `, in the kernel's ${first.wchan}`
  return `Its first process was in state ${first.state}${asleep}.`
}
