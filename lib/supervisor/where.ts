/** Where a child's code was, in words. */
import { formatMs } from '../core/units.js'
import type { Evidence, Frame, NodeEvidence, ProfileNode } from '../wire/evidence.js'

/** The line of code, by the best witness. */
export function where(evidence: Evidence): string | null {
  const error = evidence.node.find(({ error }) => error !== null)?.error
  if (error) return `Nobody caught ${error.name}: ${error.message}${frameIn(error.stack)}.`
  const witness = evidence.node.find(hasCode)
  if (witness === undefined) return waited(evidence)
  const frame = firstOwn(witness.stack ?? [])
  const hot = hottest(witness)
  const at = frame === undefined ? null : `its main thread was in ${told(frame)}`
  const most =
    hot === null || isSame(hot.frame, frame)
      ? null
      : `of its own code ${told(hot.frame)} worked most, ${hot.percent}% of a ${formatMs(hot.ms)} profile`
  const words = [at, most].filter(part => part !== null).join('; ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

const hasCode = ({ stack, profile }: NodeEvidence) => (stack?.some(isOwn) ?? false) || (profile?.samples ?? 0) > 0

/** Of the app's own code: Node's has no file, or one of a scheme of its own. */
const isOwn = ({ file }: Frame) => file !== '' && !file.startsWith('node:')
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

/** The app's code that was at work the most, with all that it called of Node's. */
function hottest({ profile }: NodeEvidence): { frame: Frame; percent: number; ms: number } | null {
  if (profile === null || profile.samples === 0) return null
  let best: { readonly frame: Frame; readonly work: number } | null = null
  for (const one of workIn(profile.root).own) if (one.work > (best?.work ?? 0)) best = one
  return best && { frame: best.frame, percent: Math.round((100 * best.work) / profile.samples), ms: profile.ms }
}

interface Work {
  /** Samples of Node's own code, which whoever has called it answers for. */
  readonly rest: number
  readonly own: readonly { readonly frame: Frame; readonly work: number }[]
}

function workIn({ frame, self, children }: ProfileNode): Work {
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
