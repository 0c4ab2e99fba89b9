/**
 * What the rows on the machine share: a host with healthy children, one that hangs and one that leaks, and a machine that is
 * made bad for all of them. Nobody who is healthy may be blamed, and the other two are found all the same.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { LimitOptions, WatcherEvent } from 'osqwatch'
import type { Test } from 'tap'
import { type Host, host } from '../e2e/host.js'
import { Victims } from './victims.js'

/** `OSQWATCH_LONG=1`: ten minutes a row; any other number: so many seconds. */
const { OSQWATCH_LONG } = process.env
export const isLong = OSQWATCH_LONG !== undefined
const SECONDS = OSQWATCH_LONG === undefined ? 12 : OSQWATCH_LONG === '1' ? 600 : Number(OSQWATCH_LONG)
/** Within the row: a machine that is this bad takes its time, and at nice 19 all of it that others leave. */
const PATIENCE_MS = 600_000
export const ROW_TIMEOUT_MS = SECONDS * 1000 + 2 * PATIENCE_MS

const LIMITS: LimitOptions = {
  ...{ interval: 1000, heartbeatInterval: 500, heartbeatLimit: 2000, delay: 0, warnDelay: 200, respawnMaxDelay: 200 },
  ...{ forcedShutdownDelay: 4000, stopTimeout: 4000 },
}

/** By their names: how many are healthy at which limit. */
const HEALTHY: Readonly<Record<string, readonly [count: number, limits: LimitOptions]>> = {
  strict: [4, {}],
  usual: [4, { heartbeatLimit: 5000 }],
  default: [1, { heartbeatInterval: 1000, heartbeatLimit: '30s' }],
}

export interface Crowd {
  readonly host: Host
  /** The pid of each child, once it had said hello. */
  readonly pids: ReadonlyMap<string, number>
}

/**
 * Starts the host, makes the machine bad by `worsen` once all are up, has one child hang, one leak and one start anew, and
 * judges what the watcher told after a while. `before`: programs that become the host.
 */
export async function crowd(t: Test, worsen: (crowd: Crowd) => void, before: readonly string[] = []): Promise<Crowd> {
  const victims = new Victims(t, PATIENCE_MS)
  const healthy = Object.entries(HEALTHY).flatMap(([kind, [count, limits]]) =>
    Array.from({ length: count }, (_, i) => [`${kind} ${i}`, victims.alone('', { limits })] as const),
  )
  const sick = {
    blocked: victims.alone('deadlock', { restart: 'never' }),
    leaking: victims.alone('leak', { restart: 'never', limits: { memory: '150MB', heartbeatLimit: 'off' } }),
    anew: victims.alone(''),
  }
  const options = { limits: LIMITS, extensions: { ...Object.fromEntries(healthy), ...sick } }
  const watched = host(t, options, before, PATIENCE_MS)
  const pids = new Map<string, number>()
  for (const child of Object.keys(options.extensions)) pids.set(child, await up(watched, victims, child, 1))
  const made = { host: watched, pids }
  worsen(made)

  const until = wait(SECONDS * 1000)
  for (const child of ['blocked', 'leaking']) process.kill(pids.get(child) as number, 'SIGUSR2')
  process.kill(pids.get('anew') as number, 'SIGKILL')
  const [blocked, leaking] = await Promise.all([limitOf(watched, 'blocked'), limitOf(watched, 'leaking')])
  t.match(blocked, { verdict: 'heartbeat', hang: 'blocked' }, 'who hangs is found')
  t.match(leaking, { verdict: 'memory' }, 'who leaks is found')
  await up(watched, victims, 'anew', 2)
  await until
  blameless(t, watched)
  return made
}

async function up(host: Host, victims: Victims, child: string, life: number): Promise<number> {
  const { pid } = await host.until(`${child} is ready`, () => find(host.events, 'ready', child, life))
  await victims.output.line(new RegExp(`^up ${pid}$`))
  return Number(pid)
}

const limitOf = (host: Host, child: string) =>
  host.until(`limit of ${child}`, () => find(host.events, 'limit', child, 1))

function find(events: readonly WatcherEvent[], type: 'ready' | 'limit', child: string, life: number) {
  return events.find(event => event.type === type && event.child === child && event.life === life) as
    | Extract<WatcherEvent, { type: 'ready' | 'limit' }>
    | undefined
}

function blameless(t: Test, { events }: Host): void {
  const named = events.filter(event => 'child' in event && !['blocked', 'leaking'].includes(String(event.child)))
  const isEnd = (event: WatcherEvent) => event.type === 'exit' && !(event.child === 'anew' && event.life === 1)
  t.strictSame(
    named.filter(event => event.type === 'limit' || isEnd(event)),
    [],
    `nobody who is healthy is blamed, or ended, in ${SECONDS} s`,
  )
  t.strictSame(
    events.filter(({ type }) => type === 'fault' || type === 'shutdown'),
    [],
    'the watcher is well',
  )
  const count = named.filter(({ type }) => type === 'defer').length
  t.comment(`late beats that were told of and not held against anybody: ${count}`)
}
