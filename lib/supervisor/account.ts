/** An incident in one paragraph of plain words: what happened, why, what it was doing, and what follows. */
import type { Cause, Hang } from '../core/model.js'
import { formatBytes, formatMs } from '../core/units.js'
import type { Incident, IncidentVerdict } from '../wire/incident.js'
import { where } from './where.js'

type Silent = Omit<Incident, 'account'>

const PACE_S = 60

export function accountOf(incident: Silent): string {
  const sentences = [
    whatHappened(incident),
    ladder(incident),
    doing(incident),
    where(incident.evidence),
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

function broke({ limits, replay }: Silent, verdict: IncidentVerdict): string {
  const { value, limit, baseline, rss, processes } = verdict
  if (verdict.verdict === 'memory') {
    const many = processes > 1 ? ` in ${processes} processes` : ''
    const grown =
      baseline === null || value === rss
        ? ''
        : `, ${formatBytes(value)} more than the ${formatBytes(baseline)} at its start`
    return `held ${formatBytes(rss)}${many}${grown}, where ${formatBytes(limit)} are allowed${paceOf(replay)}`
  }
  if (verdict.verdict === 'cpu') {
    return `used more than ${limits.values.utilization}% of ${limits.cores} cores for ${formatMs(value)} on end, while it still answered; ${formatMs(limit)} of that are allowed`
  }
  return `had not answered for ${formatMs(value)} of its own time, where ${formatMs(limit)} are allowed, ${HUNG[verdict.hang ?? 'blocked']}`
}

/** How fast it has grown lately, by its windows. */
function paceOf({ ticks }: Silent['replay']): string {
  const last = ticks.at(-1)
  const first = last && ticks.find(([age]) => age >= last[0] - PACE_S)
  if (last === undefined || first === undefined || last[0] - first[0] < 1) return ''
  const seconds = last[0] - first[0]
  const perSecond = (last[3] - first[3]) / seconds
  return perSecond <= 0 ? '' : `; over ${formatMs(1000 * seconds)} it grew by ${formatBytes(perSecond)} a second`
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
  const steps = rungs.map(({ rung, at }) => `${RUNG[rung]} after ${formatMs(Math.max(0, at - verdict.at))}`)
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
