/** Children of every kind, for hosts that are killed; and what is seen of them from outside. */
import type { Test } from 'tap'
import { type Host, startHost } from '../e2e/hosts.js'
import { fixture, shell } from '../e2e/programs.js'
import { until } from '../e2e/until.js'

export const DELAY_MS = 500
export const LIMITS = { forcedShutdownDelay: DELAY_MS, stopTimeout: DELAY_MS, heartbeatLimit: 'off' } as const

const module = (...manners: string[]) => ({ module: fixture('host-child.cjs'), args: manners, stdio: 'ignore' })
const command = (script: string) => ({ ...shell(script), env: undefined })

/** In a session of its own, with a parent that is gone: nothing but its environment tells whose it is. */
export const ESCAPE = `(setsid sh -c 'sleep 1000 & exec sleep 1001' &)`
const DEAF_ESCAPE = `(setsid sh -c 'trap "" TERM; while :; do sleep 0.2; done' &)`

/** Mixed, and each hard to end in its way. */
export const MIXED = {
  deaf: module('deaf'),
  stopped: module('deaf', 'stops'),
  plain: { command: 'sleep', args: ['1002'], stdio: 'ignore' },
  wrapped: command(`sh -c 'trap "" TERM; sleep 1003 & wait' & wait`),
  escaped: command(`${ESCAPE}; ${DEAF_ESCAPE}; exec sleep 1004`),
}
/** Processes of those, at the least: themselves, and who they start. */
export const MIXED_SIZE = 5 + 2 + 2 + 1

export interface Options {
  readonly extensions: object
  readonly ledger?: string | false
}

/** A host whose children are all there, with `size` processes at the least and its guard. */
export async function startFamily(t: Test, options: Options, size: number): Promise<Host> {
  const host = startHost(t, 'e2e-host.mjs', JSON.stringify({ limits: LIMITS, ...options }))
  const known = () => JSON.stringify([host.said, host.stderr, host.family().map(({ command }) => command.slice(-40))])
  await until('its family is complete', () => host.guard() && host.family().length > size, undefined, known)
  return host
}
