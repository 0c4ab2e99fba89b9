/** A watcher in a process of its own, for what cannot be done to the test's: stop it, kill it. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { WatcherEvent, WatcherOptions } from 'osqwatch'
import type { Test } from 'tap'
import { isGone, look, type Seen } from './proc.js'
import { fixture } from './programs.js'
import { until } from './until.js'

export interface Host {
  readonly pid: number
  readonly events: WatcherEvent[]
  /** Asks until the answer is something; at the deadline it fails and tells the events. */
  until<T>(what: string, ask: () => T): Promise<NonNullable<T>>
}

/**
 * Starts test/fixtures/e2e-host.mjs. It ends with the test, and so does everything that it started. `before`: programs that
 * become it in the end, such as `nice`. `deadlineMs`: for whatever is waited for.
 */
export function host(t: Test, options: WatcherOptions, before: readonly string[] = [], deadlineMs?: number): Host {
  // The runner adds its hooks to whatever env this process passes on, but not to what `env` makes of it.
  const clean = ['env', '-i', `PATH=${process.env.PATH}`, process.execPath]
  const [program = '', ...args] = [...before, ...clean, fixture('e2e-host.mjs'), JSON.stringify(options)]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const pid = child.pid as number
  const events: WatcherEvent[] = []
  const seen: Seen[] = []
  createInterface({ input: child.stdout }).on('line', line => {
    const event: WatcherEvent = JSON.parse(line)
    events.push(event)
    const found = 'pid' in event && event.pid !== null ? look(event.pid) : null
    if (found !== null) seen.push(found)
  })
  const told = () => JSON.stringify(events.filter(({ type }) => type !== 'sample'))
  t.teardown(async () => {
    child.stdin.end()
    await until('the host has ended', () => child.exitCode !== null || child.signalCode !== null, deadlineMs, told)
    await until('its children are gone', () => seen.every(isGone), deadlineMs, told)
  })
  return { pid, events, until: (what, ask) => until(what, ask, deadlineMs, told) }
}
