/** An incident that is small, whole and of nobody. */
import type { Incident } from '../../lib/wire/incident.js'

export const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 6)

export function incident(over: Partial<Incident> = {}, child: Partial<Incident['child']> = {}): Incident {
  const columns = { at: [], life: [], cpuMs: [], rss: [], processes: [], lateness: [], state: [] }
  return {
    format: 'osqwatch-incident',
    version: 1,
    at: AT,
    account: 'it ended',
    host: { pid: 1, command: 'app', cwd: '/', version: '0', node: 'v20', platform: 'linux', arch: 'x64' },
    child: {
      ...{ name: 'search', kind: 'extension', pid: 42, life: 3, streak: 1, command: 'search', cwd: '/', env: {} },
      ...{ startedAt: AT - 1000, activity: null },
      ...child,
    },
    verdict: null,
    exit: { code: 1, signal: null, uptime: 1000, cause: 'exited', core: null, message: 'search: ended' },
    next: { type: 'respawn', delay: 1000, reason: null },
    limits: {
      ...{ level: 'app', restart: 'always', cores: 2, hardTotal: null, hardFootprint: null },
      values: {} as Incident['limits']['values'],
      sources: {} as Incident['limits']['sources'],
    },
    ladder: [],
    recording: { samples: columns, memory: { at: [], rss: [] }, beats: { at: [], wall: [], own: [] }, events: [] },
    tree: [],
    stderr: null,
    machine: {
      ...{ cores: 2, load: null, memory: { total: 1, available: null }, swap: null },
      pressure: { cpu: null, memory: null, io: null },
    },
    evidence: { node: [], processes: [], notes: [] },
    replay: { kind: 'limits', cores: 2, limits: {}, baseline: null, ticks: [], memory: [] },
    ...over,
  }
}
