/** One child's line of the table. */
import type { Policy } from '../core/model.js'
import type { Figures, Line, Mark } from './lines.js'
import type { Paint } from './paint.js'
import { spark } from './spark.js'

const MB = 1024 * 1024
const BAR_CELLS = 10
const NEARLY = 0.6
/** A size that changes by less than this part of it is steady: drawn from its least to its most, it would look like a leak. */
const STEADY = 0.02

type Colour = 'cyan' | 'green' | 'yellow' | 'magenta' | 'red' | 'blue' | 'dim'

const MARKS: Readonly<Record<Mark, readonly [word: string, colour: Colour]>> = {
  spawn: ['starting', 'cyan'],
  adopt: ['adopted', 'green'],
  ready: ['up', 'green'],
  limit: ['over its limit', 'yellow'],
  warn: ['warned', 'yellow'],
  terminate: ['terminating', 'magenta'],
  kill: ['killing', 'red'],
  exit: ['down', 'dim'],
  backoff: ['backing off', 'blue'],
  giveup: ['given up', 'red'],
}

export function cellsOf(line: Line, now: number, paint: Paint): string[] {
  const { name, life, figures, limits } = line
  return [
    name,
    phase(line, now, paint),
    String(life),
    figures === null ? '' : cpu(figures, limits, paint),
    figures === null ? '' : memory(figures, limits, paint),
    figures === null ? '' : lateness(figures, limits, paint),
    streak(line),
  ]
}

/** On the scale of the bar beside it. */
export function cpuSpark({ recent, limits }: Line, paint: Paint): string {
  if (recent === null) return ''
  const most = Math.max(bound(limits), ...recent.cpu)
  return paint('cyan', spark(recent.cpu, 0, most))
}

/** From its least to its most. */
export function memorySpark({ recent }: Line, paint: Paint): string {
  if (recent === null) return ''
  const least = Math.min(...recent.rss)
  const most = Math.max(least * (1 + STEADY), ...recent.rss)
  return paint('cyan', spark(recent.rss, least, most))
}

/** % of one core; without a limit, one core. */
function bound(limits: Policy | null): number {
  const allowed = limits === null ? Infinity : limits.utilization * limits.cores
  return Number.isFinite(allowed) ? allowed : 100
}

function phase({ mark, nextStart }: Line, now: number, paint: Paint): string {
  const [word, colour] = MARKS[mark]
  if (nextStart === null) return paint(colour, word)
  return paint(colour, `back in ${(Math.max(0, nextStart - now) / 1000).toFixed(1)} s`)
}

function cpu({ cpu }: Figures, limits: Policy | null, paint: Paint): string {
  if (cpu === null) return ''
  const used = Math.round(cpu)
  const allowed = limits === null ? Infinity : Math.round(limits.utilization * limits.cores)
  if (!Number.isFinite(allowed)) return `${bar(used / 100, paint, 'cyan')} ${used} %`
  return `${bar(used / allowed, paint)} ${used}/${allowed} %`
}

/** Where only the whole size has a limit, that is shown. */
function memory({ footprint, rss }: Figures, limits: Policy | null, paint: Paint): string {
  const total = limits?.memoryTotal ?? Infinity
  const grown = limits?.memory ?? Infinity
  if (Number.isFinite(total) && !Number.isFinite(grown) && rss !== null)
    return paint(colourOf(rss / total), `all of it ${megabytes(rss)}/${megabytes(total)} MB`)
  if (footprint === null) return ''
  if (!Number.isFinite(grown)) return `${megabytes(footprint)} MB`
  return `${bar(footprint / grown, paint)} ${megabytes(footprint)}/${megabytes(grown)} MB`
}

function lateness({ lateness }: Figures, limits: Policy | null, paint: Paint): string {
  if (lateness === null) return ''
  const late = (lateness / 1000).toFixed(1)
  const allowed = limits?.heartbeatLimit ?? Infinity
  if (!Number.isFinite(allowed)) return `${late} s`
  return paint(colourOf(lateness / allowed), `${late}/${allowed / 1000} s`)
}

function streak({ streak, limits }: Line): string {
  if (streak === 0) return ''
  return limits === null ? String(streak) : `${streak}/${limits.respawnLimit}`
}

const megabytes = (size: number): number => Math.round(size / MB)

function bar(share: number, paint: Paint, colour: Colour = colourOf(share)): string {
  const full = Math.max(0, Math.min(BAR_CELLS, Math.round(share * BAR_CELLS)))
  return paint(colour, '█'.repeat(full)) + paint('dim', '░'.repeat(BAR_CELLS - full))
}

function colourOf(share: number): Colour {
  if (share > 1) return 'red'
  return share > NEARLY ? 'yellow' : 'green'
}
