/** The watcher as the main thread has it: handles and a typed emitter. All the work is done in the watcher thread. */
import { EventEmitter } from 'node:events'
import { EXIT_CATASTROPHIC } from './core/respawn.js'
import { type ChildContext, resolveChild, resolveOptions } from './options/resolve.js'
import type { ChildOptions, WatcherOptions } from './options/types.js'
import { complain } from './os/host.js'
import { isSame, startTime } from './os/identity.js'
import { endLeftovers } from './os/leftovers.js'
import { machine } from './os/machine.js'
import { signals } from './os/signals.js'
import { Thread } from './thread.js'
import type { ChildConfig, ShutdownReport, StatusRow, WatcherConfig } from './wire/commands.js'
import type { EventType, WatcherEvent } from './wire/events.js'
import type { Life } from './wire/lives.js'

/** Each event by its type, and each once more as `event`. */
export type WatcherEvents = { [T in EventType]: [event: Extract<WatcherEvent, { type: T }>] } & {
  event: [event: WatcherEvent]
}

/** A thread that dies more often than this within a minute is not set up again. */
const MOST_DEATHS = 5
const DEATHS_WINDOW_MS = 60_000

/** Events that are sent only while somebody listens. */
const SAMPLED = new Set<string | symbol>(['sample', 'event'])

export class Watcher extends EventEmitter<WatcherEvents> {
  /** Settles when everything is down, whoever asked for it: with code 0 after `stop()`. */
  readonly closed: Promise<ShutdownReport>
  readonly #thread: Thread
  readonly #config: WatcherConfig
  readonly #context: ChildContext
  readonly #children: Map<string, ChildConfig>
  readonly #deaths: number[] = []
  readonly #onExit = () => this.#thread.endNow(this.#patience())
  #settle: (report: ShutdownReport) => void = () => {}
  #stopping = false
  /** Events that came before the caller of createWatcher could listen. */
  #early: WatcherEvent[] | null = []

  /** Use `createWatcher`. */
  constructor(config: WatcherConfig, context: ChildContext, workerPath: string | null) {
    super()
    this.#config = config
    this.#context = context
    this.#children = new Map(config.children.map(child => [child.name, child]))
    this.closed = new Promise(resolve => {
      this.#settle = resolve
    })
    this.#thread = new Thread(workerPath, {
      event: event => this.#receive(event),
      died: (reason, lives) => void this.#afterDeath(reason, lives),
    })
    const emitter = untyped(this)
    emitter.on('newListener', name => SAMPLED.has(name) && this.#wantSamples(true))
    emitter.on('removeListener', name => SAMPLED.has(name) && this.#wantSamples(this.#samplesWanted()))
  }

  /** Sets the thread up and starts the children. Their first events wait until the caller had a turn to listen. */
  async open(): Promise<void> {
    process.on('exit', this.#onExit)
    try {
      await this.#thread.install(this.#config)
      await this.#thread.call('start')
    } catch (error) {
      this.#stopping = true
      await this.#thread.close()
      process.off('exit', this.#onExit)
      throw error
    }
    setImmediate(() => {
      const early = this.#early ?? []
      this.#early = null
      for (const event of early) this.#tell(event)
    })
  }

  /** Supervises one more extension; settles when its first life has begun. Rejects with ERR_OSQWATCH_SPAWN when it cannot. */
  async add(name: string, options: ChildOptions): Promise<void> {
    const { config, warnings } = resolveChild(name, options, this.#context)
    for (const warning of warnings) warnUser(warning)
    await this.#thread.call('add', config)
    this.#children.set(name, config)
  }

  /** Stops a child for good; settles when it is gone and reaped. */
  async remove(name: string): Promise<void> {
    this.#children.delete(name)
    await this.#thread.call('remove', name)
  }

  /** Ends the present life, if there is one, and begins another with a clean streak, in whatever phase the child is. */
  async restart(name: string): Promise<void> {
    await this.#thread.call('restart', name)
  }

  /** One row a child, in order of start, and the watcher's own last. Sizes in bytes, times in ms. */
  status(): Promise<StatusRow[]> {
    return this.#thread.call('status')
  }

  /** Stops every child, in reverse order of start, and ends the thread. Settles, like `closed`, when all is reaped. */
  stop(): Promise<ShutdownReport> {
    if (!this.#stopping) {
      this.#stopping = true
      this.#thread.call('stop').catch(() => {})
    }
    return this.closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => {})
  }

  /** Hold the host open while children are supervised. A watcher does not by itself. */
  ref(): this {
    this.#thread.hold(true)
    return this
  }

  unref(): this {
    this.#thread.hold(false)
    return this
  }

  #receive(event: WatcherEvent): void {
    if (this.#early === null) this.#tell(event)
    else this.#early.push(event)
  }

  #tell(event: WatcherEvent): void {
    const heard = [untyped(this).emit(event.type, event), untyped(this).emit('event', event)]
    if (event.type === 'giveup' && !heard.includes(true)) warnUser(event.message)
    if (event.type === 'shutdown') void this.#afterShutdown(event)
  }

  async #afterShutdown({ code, reason }: ShutdownReport): Promise<void> {
    this.#stopping = true
    this.#thread.acknowledge()
    if (code !== 0 && this.#config.onShutdown === 'exit') {
      complain(reason)
      process.exit(code)
    }
    await this.#thread.close()
    process.off('exit', this.#onExit)
    this.#settle({ code, reason })
  }

  async #afterDeath(reason: string, lives: readonly Life[]): Promise<void> {
    const now = performance.now()
    this.#deaths.push(now)
    const recent = this.#deaths.filter(at => now - at < DEATHS_WINDOW_MS).length
    if (this.#stopping || recent > MOST_DEATHS) return this.#abandon(reason, lives)
    try {
      await this.#thread.install({ ...this.#config, children: [...this.#children.values()] }, lives)
      this.#tellDeath(reason, lives, 'a new thread starts them again')
      this.#wantSamples(this.#samplesWanted())
      await this.#thread.call('start')
    } catch {
      // It died again on the way, and that death is told by itself.
    }
  }

  /** No thread any more: the children are ended from here, and whoever waits is told. */
  async #abandon(reason: string, lives: readonly Life[]): Promise<void> {
    this.#stopping = true
    await endLeftovers(lives, this.#patience(), isSame, signals)
    this.#tellDeath(reason, lives, 'no new thread is started')
    const report = { code: EXIT_CATASTROPHIC, reason: `the watcher thread died: ${reason}` }
    this.#receive({ type: 'shutdown', at: Date.now(), ...report, message: `everything is stopped: ${report.reason}` })
  }

  /** Nobody but the thread that spawned them could have reaped them. */
  #tellDeath(reason: string, lives: readonly Life[], next: string): void {
    const zombies = lives.filter(({ pid, start }) => startTime(pid) === start).length
    const story = `its ${lives.length} children were ended, ${zombies} of them stay as zombies until this process ends`
    this.#receive({ type: 'fault', at: Date.now(), message: `the watcher thread died: ${reason}; ${story}; ${next}` })
  }

  #samplesWanted(): boolean {
    return [...SAMPLED].some(name => this.listenerCount(name) > 0)
  }

  #wantSamples(wanted: boolean): void {
    if (!this.#stopping) this.#thread.call('sampling', wanted).catch(() => {})
  }

  /** The longest that a child has between SIGTERM and SIGKILL when the host goes. */
  #patience(): number {
    return Math.max(0, ...[...this.#children.values()].map(({ policy }) => policy.forcedShutdownDelay))
  }
}

/** The events of a union cannot be named one by one. */
const untyped = (watcher: Watcher): EventEmitter => watcher as unknown as EventEmitter

function warnUser(message: string): void {
  process.emitWarning(message, 'OsqwatchWarning')
}

/**
 * Checks the options, starts the watcher thread and, in it, the children.
 *
 * Rejects with an `OsqwatchError`: ERR_OSQWATCH_OPTIONS lists every wrong option, and nothing was started;
 * ERR_OSQWATCH_WORKER_FILE when the thread's file is missing; the signal's reason when it is aborted already.
 */
export async function createWatcher(options?: WatcherOptions): Promise<Watcher> {
  const { config, context, workerPath, signal, warnings } = resolveOptions(options, machine())
  signal?.throwIfAborted()
  for (const warning of warnings) warnUser(warning)
  const watcher = new Watcher(config, context, workerPath)
  await watcher.open()
  const stop = () => void watcher.stop()
  signal?.addEventListener('abort', stop, { once: true })
  void watcher.closed.then(() => signal?.removeEventListener('abort', stop))
  if (signal?.aborted) stop()
  return watcher
}
