/** Signals that somebody sent to the host, passed on to the child that stands for it. */
import type { Context, Supervised } from './context.js'

/** They ask a program to end; others it may take in many ways. */
const ENDING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])

/** To its first process alone, as it would have got it without a host. */
export function pass(
  context: Context,
  supervised: Supervised,
  signal: NodeJS.Signals,
  within: number | null,
  send: boolean,
): void {
  const { child, probe } = supervised
  supervised.passed = { signal, until: context.ports.clock.now() + supervised.config.policy.stopTimeout }
  // Once its first process has ended, its pid may be anybody's.
  const isThere = child.pid !== null && child.end === null && probe !== null
  if (isThere && send) context.ports.signals.one(child.pid, signal)
  if (within !== null) context.feed(supervised, { type: 'asked', within })
  // Between two lives there is nobody who could take it in another way.
  else if (!isThere && ENDING.has(signal)) context.feed(supervised, { type: 'asked', within: Infinity })
}

/** It has ended: was it asked to? Then it is not started again. */
export function wasAsked({ ports }: Context, { passed }: Supervised, signal: string | null): boolean {
  if (passed === null || ports.clock.now() > passed.until) return false
  return ENDING.has(passed.signal) || passed.signal === signal
}
