/** A run of the machine as text: a script of inputs in, a transcript out. */
import { policyFromFlags } from '../../lib/core/flags.js'
import { newborn, step } from '../../lib/core/machine.js'
import type { Breach, Child, Effect, Input, Kind, Policy } from '../../lib/core/model.js'

/** A policy in round numbers: warn 1 s, SIGTERM 4 s, stop 10 s, two failures. */
export const policy = (changes: Partial<Policy> = {}): Policy => ({
  ...policyFromFlags({ watchdog_level: 0, watchdog_delay: 0 }, 2),
  level: 'app',
  restart: 'on-failure',
  warnDelay: 1_000,
  forcedShutdownDelay: 4_000,
  stopTimeout: 10_000,
  respawnLimit: 2,
  respawnMinUptime: Number.POSITIVE_INFINITY,
  respawnDelay: 0,
  respawnMaxDelay: 60_000,
  respawnReset: 180_000,
  heartbeatInterval: 1_000,
  heartbeatLimit: 30_000,
  ...changes,
})

export const breach = (changes: Partial<Breach> = {}): Breach => ({
  verdict: 'memory',
  limitName: 'memory',
  value: 200,
  limit: 100,
  state: 'S',
  hang: null,
  hard: false,
  baseline: 50,
  rss: 250,
  processes: 1,
  measure: 'resident',
  ...changes,
})

export const exited = (code: number | null, signal: string | null = null, remnants = false): Input => ({
  type: 'exited',
  code,
  signal,
  remnants,
  because: null,
})

export const start: Input = { type: 'start' }
export const spawned: Input = { type: 'spawned', pid: 7, age: 0 }
export const deadline: Input = { type: 'deadline' }
export const stop: Input = { type: 'stop', within: 10_000 }
export const asked: Input = { type: 'asked', within: Number.POSITIVE_INFINITY }
export const restart: Input = { type: 'restart' }
export const cleared: Input = { type: 'cleared' }
export const breached: Input = { type: 'breach', breach: breach(), hold: 0 }
export const hard: Input = { type: 'breach', breach: breach({ hard: true, limitName: 'memoryHard' }), hold: 0 }

/** `[ms, input]` pairs → one line each: time, input → phase, when its deadline is, effects. */
export function transcript(script: readonly (readonly [number, Input])[], rules: Policy, kind: Kind = 'extension') {
  let child: Child = newborn('x', kind)
  return script.map(([at, input]) => {
    const [next, effects] = step(child, input, at, rules)
    child = next
    const due = next.deadline === null ? '' : ` until ${next.deadline}`
    return `${at} ${input.type} → ${next.phase}${due}${effects.map(effect => `, ${say(effect)}`).join('')}`
  })
}

function say(effect: Effect): string {
  if (effect.type === 'exit') return `exit ${effect.end.cause}${effect.failed ? ' failed' : ''}`
  if (effect.type === 'backoff') return `backoff ${effect.delay}`
  if (effect.type === 'giveup') return `giveup ${effect.code} "${effect.reason}"`
  if ('remnants' in effect && effect.remnants) return `${effect.type} remnants`
  return effect.type
}
