/** What the recorder has of an incident, as curves over time with the limits that they are held against. */
import { formatBytes, formatMs } from '../core/units.js'
import type { Incident } from '../wire/incident.js'
import { type LimitLine, limitLines } from './limit-lines.js'

export type Unit = 'bytes' | 'percent' | 'ms'

/** Seconds from the verdict, or where there was none from the end; null is a gap. */
export type Point = readonly [seconds: number, value: number | null]

export interface Curve {
  readonly name: 'memory' | 'cpu' | 'lateness'
  readonly title: string
  readonly unit: Unit
  readonly points: readonly Point[]
  readonly limits: readonly LimitLine[]
}

export interface Mark {
  readonly seconds: number
  readonly label: string
}

/** When the clock of all curves is at 0. */
export const zeroOf = ({ verdict, at }: Incident): number => verdict?.at ?? at

/** Those that there is something to show of. */
export function curvesOf(incident: Incident): Curve[] {
  const limits = limitLines(incident)
  const curves: Curve[] = [
    { name: 'memory', title: 'Memory', unit: 'bytes', points: memory(incident), limits: limits.memory },
    { name: 'cpu', title: 'CPU, % of one core', unit: 'percent', points: cpu(incident), limits: limits.cpu },
    {
      name: 'lateness',
      title: 'Lateness of its heartbeat',
      unit: 'ms',
      points: lateness(incident),
      limits: limits.lateness,
    },
  ]
  return curves.filter(({ points }) => points.some(([, value]) => value !== null))
}

export const marksOf = (incident: Incident): Mark[] =>
  incident.ladder.map(({ at, rung }) => ({ seconds: (at - zeroOf(incident)) / 1000, label: rung }))

export function formatIn(unit: Unit, value: number): string {
  if (unit === 'bytes') return formatBytes(value)
  return unit === 'ms' ? formatMs(value) : `${Math.round(value)} %`
}

/** Whole looks, and the looks at memory between them; a new life begins with a gap. */
function memory(incident: Incident): Point[] {
  const { samples, memory } = incident.recording
  const { life: present, startedAt } = incident.child
  const whole = samples.at.map((at, n) => ({ at, rss: samples.rss[n], life: samples.life[n] }))
  const between = memory.at.map((at, n) => {
    return { at, rss: memory.rss[n], life: startedAt !== null && at >= startedAt ? present : undefined }
  })
  const all = [...whole, ...between].sort((a, b) => a.at - b.at)
  let life: number | undefined
  return all.flatMap(row => {
    const isNew = row.life !== undefined && life !== undefined && row.life !== life
    life = row.life ?? life
    const point = pointAt(incident, row.at, row.rss)
    return isNew ? [[point[0], null] as const, point] : [point]
  })
}

/** Between one sample and the next of the same life. */
function cpu(incident: Incident): Point[] {
  const { at, life, cpuMs } = incident.recording.samples
  return at.map((now, n) => {
    const before = at[n - 1]
    if (before === undefined || life[n] !== life[n - 1] || now <= before) return pointAt(incident, now, null)
    const used = (cpuMs[n] ?? Number.NaN) - (cpuMs[n - 1] ?? Number.NaN)
    return pointAt(incident, now, Math.max(0, (100 * used) / (now - before)))
  })
}

/** What the samples saw of it, and the beats; a beat that never came is in the samples alone. Between lives is a gap. */
function lateness(incident: Incident): Point[] {
  const { samples, beats } = incident.recording
  const seen = samples.at.flatMap((at, n) => (samples.lateness[n] == null ? [] : [{ at, own: samples.lateness[n] }]))
  const heard = beats.at.map((at, n) => ({ at, own: beats.own[n] }))
  const ends = samples.at.filter((_, n) => n + 1 < samples.at.length && samples.life[n] !== samples.life[n + 1])
  const gaps = ends.map(at => ({ at: at + 1, own: null }))
  const all = [...seen, ...heard, ...gaps].sort((a, b) => a.at - b.at)
  return all.map(({ at, own }) => pointAt(incident, at, own))
}

function pointAt(incident: Incident, at: number, value: number | null | undefined): Point {
  return [(at - zeroOf(incident)) / 1000, typeof value === 'number' && Number.isFinite(value) ? value : null]
}
