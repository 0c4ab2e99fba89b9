import { footprint } from '../core/measure.js'
import type { Policy } from '../core/model.js'
import type { StatusRow } from '../wire/commands.js'
import type { Supervised } from './context.js'
import type { Self } from './self.js'
import { latenessOf, loadOf, tenth } from './watch.js'

export function rowOf(supervised: Supervised, now: number): StatusRow {
  const { child, vitals, config } = supervised
  const { name, kind, phase, pid, life, streak } = child
  const { policy: limits } = config
  const row = { name, kind, phase, pid, life, streak }
  if (pid === null || vitals.last === null) {
    const uptime = pid === null ? null : Math.round(now - child.bornAt)
    return {
      ...row,
      uptime,
      cpu: null,
      utilization: null,
      cpuMs: null,
      rss: null,
      footprint: null,
      lateness: null,
      limits,
    }
  }
  const { cpuMs, rss } = vitals.last
  const measured = { ...loadOf(supervised), cpuMs, rss, footprint: footprint(vitals), lateness: latenessOf(supervised) }
  return { ...row, uptime: Math.round(now - child.bornAt), ...measured, limits }
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
    cpu: tenth(self.cpu),
    utilization: tenth(self.cpu / limits.cores),
    cpuMs: Math.round(self.last.threadMs),
    rss,
    footprint: self.baseline === null ? null : Math.max(0, rss - self.baseline),
    lateness: Math.round(self.lateness),
    limits,
  }
}
