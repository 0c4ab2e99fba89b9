/** Apps under `--import osqwatch/register`, as whole hosts. */
import type { Test } from 'tap'
import { fixture } from '../fixtures/client-setup.js'
import { type Ended, Host } from './hosts.js'

export const REGISTER = ['--import', 'osqwatch/register'] as const
export const APP = fixture('register-app.cjs')

type Env = Readonly<Record<string, string>>

/** Node with these words; whatever becomes of the test, it and its family end with it. */
export function start(t: Test, words: readonly string[], env: Env = {}): Host {
  const host = new Host(words, env)
  t.teardown(() => host.destroy())
  return host
}

/** The app with this manner, under a host. */
export const hosted = (t: Test, manner: string, env: Env = {}): Host =>
  start(t, [...REGISTER, APP, ...manner.split(' ')], env)

/** To its end, and nobody is left. */
export async function finish(host: Host): Promise<Ended> {
  host.shut()
  const end = await host.ended()
  await host.allGone()
  return { end, said: host.said, stderr: host.stderr }
}

/** Each host has one. */
export const guards = (host: Host): number =>
  host.family().filter(({ command }) => command.includes('osqwatch-guard')).length
