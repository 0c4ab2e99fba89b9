/** Life of the watcher thread: set up, asked, ended, and set up again when it dies. The only importer of Piscina. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { type Remote, wrap } from 'comlink'
import { Piscina } from 'piscina'
import { isSame } from './os/identity.js'
import { signals } from './os/signals.js'
import type { Commands, WatcherConfig } from './wire/commands.js'
import { endpoint } from './wire/endpoint.js'
import { OsqwatchError, type Reply, unwrap } from './wire/errors.js'
import type { WatcherEvent } from './wire/events.js'
import { Cell, END, type Install } from './wire/install.js'
import { type Life, Lives } from './wire/lives.js'

/** Blocked in the host's exit, main waits for SIGTERM manners, SIGKILL and the reaping, and no longer. */
const EXIT_GRACE_MS = 3000
const EXIT_MOST_MS = 15_000

export interface ThreadEvents {
  event(event: WatcherEvent): void
  /** The thread died, and with it the chance to reap the children it had: `lives`. They are being ended. */
  died(reason: string, lives: readonly Life[]): void
}

type Value<K extends keyof Commands> = Awaited<ReturnType<Commands[K]>> extends Reply<infer T> ? T : never

export class Thread {
  readonly #pool: Piscina
  readonly #events: ThreadEvents
  #remote: Remote<Commands> | null = null
  #ports: readonly MessagePort[] = []
  #control = new Int32Array(new SharedArrayBuffer(8))
  #lives = new Lives()
  #calls = 0
  #holding = false
  #ended = false
  /** There is a watcher in the thread that hears us. */
  #ready = false
  #lastError: Error | null = null
  /** Rejects when the present thread dies: whoever waits for it would wait for ever. */
  #death: { readonly promise: Promise<never>; readonly reject: (error: Error) => void } = withRejecter()

  constructor(workerPath: string | null, events: ThreadEvents) {
    this.#events = events
    this.#pool = new Piscina({
      filename: workerFile(workerPath),
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With atomics Piscina freezes its idle thread in Atomics.wait: our watcher would never run.
      atomics: 'disabled',
      // The host's own preloads are for the host.
      execArgv: [],
    })
    this.#pool.on('error', error => {
      this.#lastError = error as Error
    })
    this.#pool.on('workerDestroy', () => this.#died())
  }

  /** Sets a watcher up in the thread; `leftovers` are children of its predecessor. */
  async install(config: WatcherConfig, leftovers: readonly Life[] = []): Promise<void> {
    const commands = new MessageChannel()
    const status = new MessageChannel()
    this.#control = new Int32Array(new SharedArrayBuffer(8))
    this.#lives = new Lives()
    this.#ports = [commands.port1, status.port1]
    status.port1.on('message', event => this.#events.event(event))
    this.#remote = wrap<Commands>(endpoint(commands.port1))
    for (const port of this.#ports) port.unref()
    if (this.#holding) status.port1.ref()
    const { buffer: control } = this.#control
    const given: Install = {
      config,
      commands: commands.port2,
      status: status.port2,
      control,
      lives: this.#lives.buffer,
      leftovers,
    }
    await this.#pool.run(given, { transferList: [commands.port2, status.port2] })
    this.#ready = true
  }

  /** One command. Holds the host open until it is answered; rejects when the thread dies meanwhile. */
  async call<K extends keyof Commands>(name: K, ...args: Parameters<Commands[K]>): Promise<Value<K>> {
    if (this.#ended) throw new OsqwatchError('ERR_OSQWATCH_CLOSED', 'the watcher has been stopped')
    const [port] = this.#ports
    if (this.#calls++ === 0) port?.ref()
    try {
      const remote = this.#remote as unknown as Record<K, (...args: unknown[]) => Promise<Reply<Value<K>>>>
      return unwrap(await Promise.race([remote[name](...args), this.#death.promise]))
    } finally {
      if (--this.#calls === 0) port?.unref()
    }
  }

  /** Does the watcher hold its host open? Not by itself. */
  hold(holding: boolean): void {
    this.#holding = holding
    if (holding) this.#ports[1]?.ref()
    else this.#ports[1]?.unref()
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
    this.#ports[1]?.postMessage(END)
    const bound = Math.min(patienceMs + EXIT_GRACE_MS, EXIT_MOST_MS)
    if (Atomics.wait(this.#control, Cell.ALL_DOWN, 0, bound) !== 'timed-out') return
    for (const life of this.#lives.list()) if (isSame(life)) signals.group(life.pid, 'SIGKILL')
  }

  /** After the watcher stopped: nothing is left in the thread that could be lost. */
  async close(): Promise<void> {
    this.#ended = true
    for (const worker of this.#pool.threads) worker.ref()
    await this.#pool.destroy()
    for (const port of this.#ports) port.close()
  }

  #died(): void {
    this.#ready = false
    if (this.#ended) return
    // The error, if there was one, is told after the destruction.
    setImmediate(() => {
      const reason = this.#lastError?.message ?? 'it was ended from outside'
      this.#lastError = null
      const lives = this.#lives.list()
      for (const port of this.#ports) port.close()
      this.#death.reject(new OsqwatchError('ERR_OSQWATCH_THREAD', `the watcher thread died: ${reason}`))
      this.#death = withRejecter()
      this.#events.died(reason, lives)
    })
  }
}

function withRejecter() {
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<never>((_resolve, no) => {
    reject = no
  })
  promise.catch(() => {})
  return { promise, reject }
}

/** Bundlers leave the thread's file behind: say so, instead of failing inside a thread. */
function workerFile(given: string | null): string {
  const file = given ?? fileURLToPath(new URL('../workers/watcher.js', import.meta.url))
  if (existsSync(file)) return file
  const hint =
    'if this host is bundled, ship node_modules/osqwatch/dist beside it and name dist/workers/watcher.js in `workerPath`'
  throw new OsqwatchError('ERR_OSQWATCH_WORKER_FILE', `the watcher thread's file is missing: ${file}; ${hint}`)
}
