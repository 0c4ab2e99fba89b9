/** The watcher as the main thread has it: handles and a typed emitter. All the work is done in the watcher thread. */
import { EventEmitter } from 'node:events'
import { type Adopter, register } from './adopt/adopter.js'
import type { Adoptable } from './adopt/target.js'
import { type Bereaved, Deaths, patienceOf } from './deaths.js'
import { type ChildContext, resolveChild } from './options/resolve.js'
import type { AdoptOptions, ChildOptions } from './options/types.js'
import { complain } from './os/host.js'
import { Outbox, type WatcherEvents, warnUser } from './outbox.js'
import { Passing } from './passing.js'
import { Thread } from './thread.js'
import { Traffic } from './traffic.js'
import type { ChildConfig, Commands, ShutdownReport, StatusRow, WatcherConfig } from './wire/commands.js'
import type { WatcherEvent } from './wire/events.js'

/** The key of what only a host of ours does: its signals, and the end of its parent's channel, are its worker's. */
export const HOSTING: unique symbol = Symbol('hosting')

export class Watcher extends EventEmitter<WatcherEvents> {
  /** Settles when everything is down, whoever asked for it: with code 0 after `stop()`. */
  readonly closed: Promise<ShutdownReport>
  readonly #thread: Thread
  readonly #config: WatcherConfig
  readonly #context: ChildContext
  readonly #children: Map<string, ChildConfig>
  readonly #outbox: Outbox
  readonly #traffic = new Traffic((message, source) => this.#outbox.message(message, source))
  readonly #passing = new Passing((...signal) => this.#thread.call('pass', ...signal))
  readonly #desk = { isOpen: () => !this.#stopping, tell: (event: WatcherEvent) => this.#receive(event) }
  readonly #deaths = new Deaths(this.#bereaved())
  readonly #adopter: Adopter
  readonly #onExit = () => this.#thread.endNow(patienceOf(this.#children))
  #settle: (report: ShutdownReport) => void = () => {}
  #stopping = false

  /** Use `createWatcher`. */
  constructor(config: WatcherConfig, context: ChildContext, workerPath: string | null) {
    super()
    this.#context = context
    this.#children = new Map(config.children.map(child => [child.name, child]))
    this.closed = new Promise(resolve => {
      this.#settle = resolve
    })
    this.#thread = new Thread(workerPath, this.#traffic, {
      event: event => this.#receive(event),
      died: (reason, lives) => void this.#deaths.after(reason, lives),
    })
    const of = { context, workerPath, ledger: config.ledger, children: this.#children, thread: this.#thread }
    this.#adopter = register(this, { ...of, ...this.#desk })
    this.#config = { ...config, socket: this.#adopter.socket.path }
    this.#outbox = new Outbox(this as unknown as EventEmitter, wanted => this.#wantSamples(wanted))
  }

  /** Sets the thread up and starts the children. Their first events wait until the caller had a turn to listen. */
  async open(): Promise<void> {
    process.on('exit', this.#onExit)
    try {
      this.#adopter.prepare(this.#config.children)
      await this.#thread.install(this.#config)
      await this.#thread.call('start')
    } catch (error) {
      this.#stopping = true
      await Promise.all([this.#thread.close(), this.#adopter.close()])
      process.off('exit', this.#onExit)
      throw error
    }
    setImmediate(() => this.#outbox.open())
  }

  /** Supervises one more extension; settles when its first life has begun. Rejects with ERR_OSQWATCH_SPAWN when it cannot. */
  async add(name: string, options: ChildOptions): Promise<void> {
    const { config, warnings } = resolveChild(name, options, this.#context)
    for (const warning of warnings) warnUser(warning)
    this.#adopter.prepare([config])
    await this.#thread.call('add', config)
    this.#children.set(name, config)
  }

  /** Watches a child that this process has started itself. Settles with its name; rejects with ERR_OSQWATCH_ADOPT if it is none. */
  adopt(child: Adoptable | number, options?: AdoptOptions): Promise<string> {
    return this.#adopter.adopt(child, options)
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

  /** Node's IPC, as `fork()` has it. Settles when the message was handed to the system, not when the child has read it. */
  send(name: string, message: unknown): Promise<void> {
    return this.#traffic.send(name, this.#children.get(name)?.ipc, message)
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

  readonly [HOSTING] = {
    pass: (...what: Parameters<Commands['pass']>) => this.#passing.pass(...what),
    disconnect: (name: string) => this.#traffic.disconnect(name),
  }

  #receive(event: WatcherEvent): void {
    try {
      if (event.type === 'spawn') this.#outbox.put(event, this.#traffic.begun(event))
      else this.#outbox.put(event)
    } finally {
      // Whatever a listener threw.
      this.#adopter.hear(event)
      if (event.type === 'shutdown') void this.#afterShutdown(event)
    }
  }

  async #afterShutdown({ code, reason }: ShutdownReport): Promise<void> {
    this.#stopping = true
    this.#thread.acknowledge()
    if (code !== 0 && this.#config.onShutdown === 'exit' && !this.#config.endWithWorker) {
      complain(reason)
      process.exit(code)
    }
    await this.#thread.close()
    await this.#adopter.close()
    process.off('exit', this.#onExit)
    this.#settle({ code, reason })
  }

  #bereaved(): Bereaved {
    return {
      ...this.#desk,
      install: lives => this.#thread.install({ ...this.#config, children: [...this.#children.values()] }, lives),
      start: async () => {
        this.#wantSamples(this.#outbox.samplesWanted())
        await this.#thread.call('start')
        this.#adopter.restarted()
        this.#passing.restarted()
      },
      abandon: () => {
        this.#stopping = true
      },
      patience: () => patienceOf(this.#children),
    }
  }

  #wantSamples(wanted: boolean): void {
    if (!this.#stopping) this.#thread.call('sampling', wanted).catch(() => {})
  }
}
