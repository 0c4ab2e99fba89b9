/** What the end-to-end tests share: a watcher on real processes, all that it said, and proof that nothing of it is left. */
import {
  type ChildOptions,
  createWatcher,
  type EventType,
  type LimitOptions,
  type ShutdownReport,
  type StatusRow,
  type Watcher,
  type WatcherEvent,
  type WatcherOptions,
} from 'osqwatch'
import type { Test } from 'tap'
import '../fixtures/folders-last.js'
import { childrenNamed, isGone, look, type Seen } from './proc.js'
import { until } from './until.js'

export * from './programs.js'
export { until } from './until.js'

export type EventOf<T extends EventType> = Extract<WatcherEvent, { type: T }>

/** Short enough for a test; every test says for itself what it is about. */
export const QUICK: LimitOptions = {
  ...{ interval: 250, heartbeatInterval: 100, delay: 0, warnDelay: 200, forcedShutdownDelay: 500, stopTimeout: 1000 },
  respawnMaxDelay: 200,
}

/** For a delay that must not be over before the test: a loaded machine takes seconds to let a process die. */
export const PATIENT = '5 min'

/**
 * For a delay that a child has to do something within, and that has to be over in the end. Tries with a longer delay each time,
 * until `attempt` returns true: a loaded machine takes seconds for what takes a moment on another.
 */
export async function withinDelay(
  t: Test,
  what: string,
  firstMs: number,
  attempt: (delayMs: number) => Promise<boolean>,
): Promise<void> {
  let isDone = false
  for (let delayMs = firstMs; !isDone && delayMs <= 100 * firstMs; delayMs *= 10) isDone = await attempt(delayMs)
  t.ok(isDone, what)
}

/** A watcher, and everything that it told. */
export class Watched {
  readonly watcher: Watcher
  readonly events: WatcherEvent[] = []
  readonly seen: Seen[] = []

  constructor(watcher: Watcher) {
    this.watcher = watcher
    watcher.on('event', event => {
      this.events.push(event)
      if ('pid' in event && event.pid !== null) this.see(event.pid)
    })
  }

  /** One more process that has to be gone in the end. */
  see(pid: number): void {
    const found = look(pid)
    if (found !== null && !this.seen.some(({ start, pid }) => start === found.start && pid === found.pid)) {
      this.seen.push(found)
    }
  }

  /** The first event of this type with these fields, now or to come. */
  event<T extends EventType>(type: T, fields: Partial<EventOf<T>> = {}): Promise<EventOf<T>> {
    return this.until(`${type} ${JSON.stringify(fields)}`, () => this.all(type, fields)[0])
  }

  all<T extends EventType>(type: T, fields: Partial<EventOf<T>> = {}): EventOf<T>[] {
    const wanted = Object.entries({ type, ...fields })
    const fits = (event: object) => wanted.every(([key, value]) => event[key as keyof typeof event] === value)
    return this.events.filter(fits) as EventOf<T>[]
  }

  /** What happened to a child, in order, in words; aside from samples, and incidents, which come when they have been written. */
  story(child: string): EventType[] {
    const isHappening = (e: WatcherEvent) => e.type !== 'sample' && e.type !== 'incident'
    return this.events.filter(e => 'child' in e && e.child === child && isHappening(e)).map(({ type }) => type)
  }

  until<T>(what: string, ask: () => T | Promise<T>, deadlineMs?: number): Promise<NonNullable<T>> {
    return until(what, ask, deadlineMs, () => JSON.stringify(this.events.filter(({ type }) => type !== 'sample')))
  }

  async row(name: string): Promise<StatusRow> {
    const row = (await this.watcher.status()).find(row => row.name === name)
    if (row === undefined) throw new Error(`no row for ${name}`)
    return row
  }

  /** Awaiting `watcher.closed` alone would let this process end: a watcher holds nobody open. */
  async closed(): Promise<ShutdownReport> {
    let report: ShutdownReport | undefined
    void this.watcher.closed.then(given => {
      report = given
    })
    return this.until('everything is stopped', () => report)
  }

  /** Stops everything, and throws if anything is left: a child, its zombie, a guard. */
  async end(): Promise<void> {
    void this.watcher.stop()
    await this.closed()
    await this.until('every process that was seen is gone', () => this.seen.every(isGone))
    await this.until('the guard is gone', () => childrenNamed('osqwatch-guard').length === 0)
  }
}

/** Starts a watcher that records everything, and ends it with the test. */
export async function watch(t: Test, options: WatcherOptions): Promise<Watched> {
  const watched = new Watched(await createWatcher(forChildren(options)))
  t.teardown(() => watched.end())
  return watched
}

/**
 * Moves the heartbeat limit to the children. At the top it holds for the watcher thread, too, and a short one ends the thread
 * where it waits for a child that gets no processor to start on. A child that is added later has the default.
 */
function forChildren({ limits: { heartbeatLimit, ...limits } = {}, ...options }: WatcherOptions): WatcherOptions {
  if (heartbeatLimit === undefined) return { limits, ...options }
  const limited = <T extends ChildOptions>(child: T): T => ({ ...child, limits: { heartbeatLimit, ...child.limits } })
  const extensions = Object.entries(options.extensions ?? {}).map(([name, child]) => [name, limited(child)])
  const worker = options.worker && limited(options.worker)
  return { limits, ...options, ...(worker && { worker }), extensions: Object.fromEntries(extensions) }
}

/**
 * Until the child has answered a ping that it got from now on, so that what it listens to is known to the watcher. It is
 * stopped until a beat is overdue and let go again: nothing but its answer then ends the lateness.
 */
export async function answered(watched: Watched, name: string): Promise<void> {
  const { pid } = await watched.row(name)
  process.kill(pid as number, 'SIGSTOP')
  await watched.until('its beat is late', async () => ((await watched.row(name)).lateness ?? 0) > 0)
  process.kill(pid as number, 'SIGCONT')
  await watched.until('it has answered', async () => (await watched.row(name)).lateness === 0)
}
