/** Signals that somebody sent to the host, passed on to the child that stands for it. */
import type { Context, Supervised } from './context.js'

/** They ask a program to end; others it may take in many ways. */
const ENDING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])

/** To its first process alone, as it would have got it without a host. SIGTERM means its end; it has `within` ms. */
export function pass(context: Context, supervised: Supervised, signal: NodeJS.Signals, within: number): void {
  const { child, probe } = supervised
  supervised.passed = { signal, until: context.ports.clock.now() + supervised.config.policy.stopTimeout }
  // Once its first process has ended, its pid may be anybody's.
  const isThere = child.pid !== null && child.end === null && probe !== null
  if (isThere) context.ports.signals.one(child.pid, signal)
  if (signal === 'SIGTERM') context.feed(supervised, { type: 'asked', within })
}

/** It has ended: was it asked to? Then it is not started again. */
export function wasAsked({ ports }: Context, { passed }: Supervised, signal: string | null): boolean {
  if (passed === null || ports.clock.now() > passed.until) return false
  return ENDING.has(passed.signal) || passed.signal === signal
}
