/** What is told of the measurements: a row a child for `status()`, a `sample` event a window. */
import { footprint, type Usage } from '../core/measure.js'
import type { Policy } from '../core/model.js'
import { fastestGrowth, overshootOf, type Room, roomOf, timeLeft } from '../core/pace.js'
import type { Sample } from '../core/samples.js'
import type { StatusRow } from '../wire/commands.js'
import { about, type Context, type Supervised } from './context.js'
import { enforced, onceNow } from './memory.js'
import type { Self } from './self.js'

const UNMEASURED = {
  cpu: null,
  utilization: null,
  cpuMs: null,
  rss: null,
  footprint: null,
  proportional: null,
  growth: null,
  timeLeft: null,
  overshoot: null,
  lateness: null,
  recent: null,
} as const

export function rowOf(context: Context, supervised: Supervised): StatusRow {
  const { child, vitals, config, probe } = supervised
  const { name, kind, phase, pid, life, streak } = child
  const now = context.ports.clock.now()
  const uptime = pid === null ? null : Math.round(now - child.bornAt)
  const measured = pid === null || vitals.last === null ? UNMEASURED : measure(context, supervised)
  const tree = pid === null ? [] : (probe?.members() ?? [])
  return { name, kind, phase, pid, life, streak, uptime, ...measured, tree, limits: config.policy }
}

function measure(context: Context, supervised: Supervised) {
  const { vitals, config } = supervised
  const { usage, last } = vitals
  return {
    ...(usage === null ? { cpu: null, utilization: null } : loadOf(usage, config.policy)),
    cpuMs: (last as Sample).cpuMs,
    ...memoryOf(supervised),
    proportional: supervised.once?.bytes ?? null,
    overshoot: overshoot(context, supervised),
    lateness: latenessOf(supervised),
    recent: supervised.recorder.recent(supervised.child.life),
  }
}

/** The watcher's own row: its thread's CPU and lateness, its host's memory. */
export function rowOfSelf(self: Self, limits: Policy, openedAt: number, now: number, closing: boolean): StatusRow {
  const { rss } = self.last
  return {
    name: 'watcher',
    kind: 'watcher',
    phase: closing ? 'terminating' : 'up',
    pid: process.pid,
    life: 1,
    streak: 0,
    uptime: Math.round(now - openedAt),
    ...UNMEASURED,
    cpu: tenth(self.cpu),
    utilization: tenth(self.cpu / limits.cores),
    cpuMs: Math.round(self.last.threadMs),
    rss,
    footprint: self.baseline === null ? null : Math.max(0, rss - self.baseline),
    lateness: Math.round(self.lateness),
    tree: [],
    limits,
  }
}

export function tellSample(context: Context, supervised: Supervised): void {
  const { vitals, config } = supervised
  const { cpuMs, processes } = vitals.last as Sample
  const load = loadOf(vitals.usage as Usage, config.policy)
  const figures = { ...load, cpuMs, ...memoryOf(supervised), processes, lateness: latenessOf(supervised) }
  context.emit({ type: 'sample', ...about(supervised, context.ports.clock), ...figures })
}

/** cpu in % of one core, utilization in % of all, over the last closed window. */
function loadOf({ cpuMs, elapsedMs }: Usage, { cores }: Policy): { cpu: number; utilization: number } {
  const cpu = (100 * cpuMs) / elapsedMs
  return { cpu: tenth(cpu), utilization: tenth(cpu / cores) }
}

function memoryOf(supervised: Supervised) {
  const { vitals } = supervised
  const growth = Math.round(vitals.growth.perSecond)
  return {
    rss: vitals.memory?.rss ?? 0,
    footprint: footprint(vitals),
    growth,
    timeLeft: timeLeft(vitals, roomNow(supervised)),
  }
}

/** By the best that is known: with shared pages counted once, where that was read. */
const roomNow = (supervised: Supervised): Room => {
  const { vitals, config, once } = supervised
  return enforced(supervised, roomOf(vitals, config.policy, onceNow(vitals, once)))
}

/** Where nothing is judged or no limit is on, or none before `delay` is over, nothing is promised. */
function overshoot(context: Context, supervised: Supervised): number | null {
  const { vitals, config, lookGap } = supervised
  const known = roomNow(supervised)
  const isYoung = context.ports.clock.now() - vitals.bornAt < config.policy.delay
  const room = isYoung ? { ...known, soft: Infinity } : known
  if (!config.policy.judged || Math.min(room.soft, room.hard) === Infinity) return null
  return overshootOf(lookGap, context.thrift.pace, fastestGrowth(vitals, config.policy), room)
}

/** The worst lateness of its speakers; null without a client. */
function latenessOf({ speakers }: Supervised): number | null {
  if (speakers.size === 0) return null
  return Math.round(Math.max(...[...speakers.values()].map(speaker => speaker.late?.own ?? 0)))
}

/** A percentage for people: CPU accounting is no finer. */
const tenth = (percent: number): number => Math.round(percent * 10) / 10
