/** An incident in one paragraph of plain words: what happened, why, what it was doing, and what follows. */
import type { Cause, Hang } from '../core/model.js'
import { formatBytes, formatMs } from '../core/units.js'
import type { Frame, NodeEvidence, ProfileNode } from '../wire/evidence.js'
import type { Incident, IncidentVerdict } from '../wire/incident.js'

type Silent = Omit<Incident, 'account'>

export function accountOf(incident: Silent): string {
  const sentences = [
    whatHappened(incident),
    ladder(incident),
    doing(incident),
    where(incident),
    machine(incident),
    next(incident),
  ]
  return sentences.filter(sentence => sentence !== null).join(' ')
}

function subject({ child }: Silent): string {
  const { kind, name, pid, life } = child
  const named =
    kind === 'worker' ? 'The worker' : `${kind === 'adopted' ? 'The adopted child' : 'The extension'} ${name}`
  return pid === null ? `${named} (life ${life})` : `${named} (pid ${pid}, life ${life})`
}

function whatHappened(incident: Silent): string {
  const { verdict, exit } = incident
  if (exit.cause === 'spawn') return `${subject(incident)} could not be started: ${exit.message}.`
  const lived = `after ${formatMs(exit.uptime)}`
  if (verdict !== null && exit.cause === 'limit') {
    return `${subject(incident)} was ended ${lived} for breaking ${verdict.limitName} (set by ${verdict.setBy}): it ${broke(incident, verdict)}.`
  }
  return `${subject(incident)} ended ${lived}: ${DIED[exit.cause](incident)}.`
}

function broke({ limits }: Silent, verdict: IncidentVerdict): string {
  const { value, limit, baseline, rss, processes } = verdict
  if (verdict.verdict === 'memory') {
    const many = processes > 1 ? ` in ${processes} processes` : ''
    const grown =
      baseline === null || value === rss
        ? ''
        : `, ${formatBytes(value)} more than the ${formatBytes(baseline)} at its start`
    return `held ${formatBytes(rss)}${many}${grown}, where ${formatBytes(limit)} are allowed`
  }
  if (verdict.verdict === 'cpu') {
    return `used more than ${limits.values.utilization}% of ${limits.cores} cores for ${formatMs(value)} on end, while it still answered; ${formatMs(limit)} of that are allowed`
  }
  return `had not answered for ${formatMs(value)} of its own time, where ${formatMs(limit)} are allowed, ${HUNG[verdict.hang ?? 'blocked']}`
}

const HUNG: Readonly<Record<Hang, string>> = {
  spinning: 'as its loop was spinning',
  stopped: 'as it had been stopped (SIGSTOP, state T)',
  waiting: 'as it was waiting for I/O (state D)',
  blocked: 'as it was blocked in a synchronous call',
}

const DIED: Readonly<Record<Exclude<Cause, 'spawn'>, (incident: Silent) => string>> = {
  limit: () => 'a limit was broken',
  requested: () => 'it had been asked to',
  exited: ({ exit }) => `by itself, with exit code ${exit.code ?? 'unknown'}`,
  crashed: ({ exit }) => {
    const core = exit.core === null ? '' : ` (core: ${exit.core})`
    return exit.signal === null ? `it crashed, with exit code ${exit.code}` : `it crashed by ${exit.signal}${core}`
  },
  signal: ({ exit }) => `somebody else sent it ${exit.signal}, neither osqwatch nor the kernel for want of memory`,
  oom: () => 'the kernel killed it, as there was no memory left',
  heap: () => "its JavaScript heap was exhausted, and V8 aborted; that is V8's own limit, not one of osqwatch",
}

/** Only what happened to it: the verdict stands in the sentence before. */
function ladder({ ladder, exit, verdict }: Silent): string | null {
  if (verdict === null) return null
  const rungs = ladder.filter(({ rung, at }) => rung !== 'limit' && rung !== 'exit' && at >= verdict.at - 1)
  const steps = rungs.map(({ rung, at }) => `${RUNG[rung]} after ${formatMs(at - verdict.at)}`)
  const end = exit.signal ?? `exit code ${exit.code}`
  const ended = ladder.findLast(({ rung }) => rung === 'exit')
  const gone =
    ended === undefined ? '' : `; it was gone, by ${end}, ${formatMs(ended.at - verdict.at)} after the verdict`
  return `${steps.length === 0 ? 'It ended by itself' : `It was ${steps.join(', ')}`}${gone}.`
}

const RUNG: Readonly<Record<string, string>> = {
  warn: 'warned',
  terminate: 'sent SIGTERM',
  kill: 'sent SIGKILL',
}

function doing({ child, at }: Silent): string | null {
  if (child.activity === null) return null
  return `It had said that it was doing ${JSON.stringify(child.activity.text)}, ${formatMs(at - child.activity.at)} before its end.`
}

/** The line of code, by the best witness. */
function where({ evidence }: Silent): string | null {
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
function waited({ processes }: Incident['evidence']): string | null {
  const [first] = processes
  if (first === undefined) return null
  const asleep = first.wchan === null ? '' : `, in the kernel's ${first.wchan}`
  return `Its first process was in state ${first.state}${asleep}.`
}

/** Said where it explains something. */
function machine({ machine: { pressure, memory } }: Silent): string | null {
  const pressed = (['cpu', 'memory', 'io'] as const).filter(name => (pressure[name]?.some.avg10 ?? 0) >= 20)
  const words = pressed.map(name => `${name} ${pressure[name]?.some.avg10}%`)
  if (memory.available !== null && memory.available < memory.total / 20)
    words.push(`${formatBytes(memory.available)} of memory left`)
  return words.length === 0 ? null : `The machine was under pressure: ${words.join(', ')}.`
}

function next({ next, child, limits }: Silent): string {
  const { respawnLimit } = limits.values
  if (next.type === 'giveup') return `It is given up: ${next.reason}.`
  if (next.type === 'stays-down') return 'It stays down.'
  const count =
    child.streak === 0 ? '' : `, failure ${child.streak}${respawnLimit === null ? '' : ` of ${respawnLimit}`}`
  return `Its next life begins in ${formatMs(next.delay ?? 0)}${count}.`
}
