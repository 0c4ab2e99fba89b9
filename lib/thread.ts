/** Life of the watcher thread: set up, asked, watched, ended, and set up again when it dies. */
import { randomUUID } from 'node:crypto'
import type { Lateness } from './core/lateness.js'
import { formatMs } from './core/units.js'
import { Line } from './line.js'
import { isSame } from './os/identity.js'
import { killLeftover, warnLeftover } from './os/leftovers.js'
import { signals } from './os/signals.js'
import { outlast } from './os/thread.js'
import { openPool, type Pool, terminate } from './pool.js'
import type { ThreadWatch } from './thread-watch.js'
import type { Traffic } from './traffic.js'
import { watchOver } from './watch-over.js'
import type { Commands, WatcherConfig } from './wire/commands.js'
import { OsqwatchError } from './wire/errors.js'
import type { WatcherEvent } from './wire/events.js'
import { Cell, type Install, newControl } from './wire/install.js'
import { type Life, Lives } from './wire/lives.js'
import { workerFile } from './worker-file.js'

/** Blocked in the host's exit, main waits for SIGTERM manners, SIGKILL and the reaping, and no longer. */
const EXIT_GRACE_MS = 3000
const EXIT_MOST_MS = 15_000
/** A thread that was told to end and has not by then hangs in the kernel, for as long as that likes. */
const END_MS = 2000

export interface ThreadEvents {
  event(event: WatcherEvent): void
  /** The thread died, and with it the chance to reap the children it had: `lives`. They are being ended. */
  died(reason: string, lives: readonly Life[]): void
}

export class Thread {
  readonly #file: string
  readonly #events: ThreadEvents
  readonly #watcher = randomUUID()
  #nth = 0
  readonly #traffic: Traffic
  #pool: Pool
  #line: Line
  #watch: ThreadWatch | null = null
  #control = newControl()
  #lives = new Lives()
  #holding = false
  /** There is a watcher in the thread that hears us. */
  #ready = false
  #ended = false
  #lastError: Error | null = null

  constructor(workerPath: string | null, traffic: Traffic, events: ThreadEvents) {
    this.#traffic = traffic
    this.#events = events
    this.#line = new Line(events.event)
    this.#file = workerFile(workerPath)
    this.#pool = this.#openPool()
  }

  /** Sets a watcher up in the thread; `leftovers` are children of its predecessor. Rejects with ERR_OSQWATCH_THREAD. */
  async install(config: WatcherConfig, leftovers: readonly Life[] = []): Promise<void> {
    this.#control = newControl()
    this.#lives = new Lives()
    const { commands, status } = this.#line.far
    const traffic = this.#traffic.connect()
    const { buffer: control } = this.#control
    const who = { watcher: this.#watcher, nth: ++this.#nth }
    const given: Install = { ...who, config, commands, status, traffic, control, lives: this.#lives.buffer, leftovers }
    await this.#pool.run(given, { transferList: [commands, status, traffic] }).catch(cannotSetUp)
    this.#ready = true
    this.#watch = watchOver(this.#line, this.#control, config.policy.heartbeatLimit, late => this.#hung(late))
  }

  /** One command; holds the host open until it is answered. */
  async call<K extends keyof Commands>(name: K, ...args: Parameters<Commands[K]>) {
    if (this.#ended) throw closed()
    return this.#line.call(name, ...args)
  }

  /** Does the watcher hold its host open? Not by itself. */
  hold(holding: boolean): void {
    this.#holding = holding
    this.#line.hold(holding)
  }

  /** Is that one of the children that the thread has started? */
  has(pid: number): boolean {
    return this.#lives.list().some(life => life.pid === pid)
  }

  /** Main heard that it has to end. */
  acknowledge(): void {
    Atomics.store(this.#control, Cell.HEARD, 1)
  }

  /** In the host's exit handler, where nothing asynchronous happens any more: stop everything and wait, bounded. */
  endNow(patienceMs: number): void {
    if (this.#ended) return
    this.#ended = true
    // A new thread cannot come up any more; the guard is at what the dead one left.
    if (!this.#ready) return
    this.#line.end()
    const bound = Math.min(patienceMs + EXIT_GRACE_MS, EXIT_MOST_MS)
    if (Atomics.wait(this.#control, Cell.ALL_DOWN, 0, bound) !== 'timed-out') return
    for (const life of this.#lives.list()) if (isSame(life)) killLeftover(life, isSame, signals)
    terminate(this.#pool)
    outlast(Atomics.load(this.#control, Cell.TID))
  }

  /** After the watcher stopped: nothing is left in the thread that could be lost. */
  async close(): Promise<void> {
    this.#ended = true
    if (this.#ready) await this.#traffic.flush()
    this.#watch?.stop()
    for (const worker of this.#pool.threads) worker.ref()
    await this.#pool.destroy()
    this.#cut(closed())
  }

  #openPool(): Pool {
    const pool = openPool(this.#file, {
      failed: error => {
        this.#lastError = error
      },
      // One that was given up may end at last, and that is nobody's business any more.
      died: () => pool === this.#pool && this.#died(),
    })
    return pool
  }

  /** It watches nobody any more, so it is ended, and everything goes as after any death of a thread. */
  #hung({ own, hang }: Lateness): void {
    const line = this.#line
    const reason = `its loop did not turn for ${formatMs(own)} (${hang})`
    const message = `the watcher thread does not answer: ${reason}; it is ended`
    this.#lastError = new Error(reason)
    terminate(this.#pool)
    setTimeout(() => line === this.#line && !this.#ended && this.#giveUp(), END_MS).unref()
    this.#events.event({ type: 'fault', at: Date.now(), message })
  }

  /** It hangs in the kernel and keeps what it has open: its children are not told by the end of their channels. */
  #giveUp(): void {
    const tid = Atomics.load(this.#control, Cell.TID)
    process.on('exit', () => outlast(tid))
    this.#pool.removeAllListeners()
    this.#pool = this.#openPool()
    for (const life of this.#lives.list()) warnLeftover(life, isSame, signals)
    this.#died()
  }

  /** Whoever waits for an answer of the thread's would wait for ever. */
  #cut(error: OsqwatchError): void {
    this.#line.cut(error)
    this.#traffic.cut(error)
  }

  #died(): void {
    this.#ready = false
    this.#watch?.stop()
    // The error, if there was one, is told after the destruction.
    setImmediate(() => {
      if (this.#ended) return this.#cut(closed())
      const reason = this.#lastError?.message ?? 'it was ended from outside'
      this.#lastError = null
      this.#cut(new OsqwatchError('ERR_OSQWATCH_THREAD', `the watcher thread died: ${reason}`))
      this.#line = new Line(this.#events.event)
      this.#line.hold(this.#holding)
      this.#events.died(reason, this.#lives.list())
    })
  }
}

const closed = () => new OsqwatchError('ERR_OSQWATCH_CLOSED', 'the watcher has been stopped')

function cannotSetUp(error: Error): never {
  const message = `the watcher thread could not be set up: ${error.message}`
  throw new OsqwatchError('ERR_OSQWATCH_THREAD', message, [], { cause: error })
}
