/** Adopted children as main has them: told to the watcher thread at once, guarded from here, forgotten when they have ended. */
import { type AdoptTerms, adoptedConfig, resolveAdopted } from '../options/adopted.js'
import type { ChildContext } from '../options/child.js'
import { TAKEN_NAMES } from '../options/names.js'
import type { AdoptOptions } from '../options/types.js'
import { createGuard } from '../os/guard.js'
import { createLedger } from '../os/ledger.js'
import type { Guard } from '../os/ports.js'
import type { ChildConfig, Commands } from '../wire/commands.js'
import { OsqwatchError } from '../wire/errors.js'
import type { WatcherEvent } from '../wire/events.js'
import { nameFor } from './command-line.js'
import { SocketPlace } from './socket-place.js'
import { type Adoptable, type ExitListener, type Target, targetOf } from './target.js'

/** What it needs of its watcher. */
export interface Desk {
  readonly context: ChildContext
  readonly workerPath: string | null
  readonly ledger: string | null
  /** What a new thread is set up with, when one has died. */
  readonly children: Map<string, ChildConfig>
  readonly thread: {
    call<K extends keyof Commands>(name: K, ...args: Parameters<Commands[K]>): Promise<unknown>
    has(pid: number): boolean
  }
  isOpen(): boolean
  tell(event: WatcherEvent): void
}

interface Entry {
  readonly name: string
  readonly pid: number
  readonly deafen: () => void
  /** What this process was told of its end. */
  ending: Parameters<ExitListener> | null
}

export class Adopter {
  readonly socket = new SocketPlace()
  readonly #desk: Desk
  /** The thread's own guard ends whom it lists when the thread dies; these have to live on. */
  readonly #guard: Guard
  readonly #entries = new Map<string, Entry>()

  constructor(desk: Desk) {
    this.#desk = desk
    const onLost = (message: string) => desk.tell({ type: 'fault', at: Date.now(), message })
    const { path: socket } = this.socket
    const ledger = createLedger(desk.ledger, { mark: '', delayMs: 0, socket, onFault: onLost })
    this.#guard = createGuard({ onLost, socket, ledger })
  }

  get desk(): Desk {
    return this.#desk
  }

  /** Settles with its name once the thread watches it. Everything that must not wait is done before the first await. */
  async adopt(child: Adoptable | number, options?: AdoptOptions): Promise<string> {
    const terms = resolveAdopted(options, this.#desk.context)
    return this.take(targetOf(child), terms)
  }

  async take(target: Target, terms: AdoptTerms): Promise<string> {
    const known = [...this.#entries.values()].find(({ pid, ending }) => pid === target.pid && ending === null)
    if (known !== undefined) throw duplicate(`pid ${target.pid} is supervised already, as '${known.name}'`)
    if (this.#desk.thread.has(target.pid))
      throw duplicate(`pid ${target.pid} is supervised already: the watcher started it`)
    return this.#enter(target, terms, new Set(TAKEN_NAMES))
  }

  /** Where clients are to find the thread is there before they look for it, and somebody who takes it away after a SIGKILL. */
  prepare(children: readonly Pick<ChildConfig, 'client'>[]): void {
    if (!children.some(({ client }) => client === 'environment')) return
    this.#guard.open()
    this.socket.open()
  }

  hear(event: WatcherEvent): void {
    const entry = event.type === 'exit' ? this.#entries.get(event.child) : undefined
    if (entry !== undefined && event.type === 'exit' && event.pid === entry.pid) this.#forget(entry)
  }

  /** The next thread watches them by now. What the last one was told may have been lost with it. */
  restarted(): void {
    for (const entry of this.#entries.values()) this.#tellEnd(entry)
  }

  async close(): Promise<void> {
    for (const { deafen } of this.#entries.values()) deafen()
    this.#entries.clear()
    await this.#guard.close()
    this.socket.remove()
  }

  async #enter(target: Target, terms: AdoptTerms, refused: Set<string>): Promise<string> {
    const { children, thread } = this.#desk
    const { pid, start, text, teller } = target
    const name = terms.name ?? nameFor(text, one => children.has(one) || refused.has(one))
    if (children.has(name)) throw duplicate(`a child '${name}' is supervised already`)
    const config = adoptedConfig(name, { type: 'adopted', pid, start, reported: teller !== null }, terms)
    children.set(name, config)
    const entry = this.#follow(name, pid, teller)
    if (!terms.keep) this.#guard.watch({ pid, start }, terms.policy.forcedShutdownDelay, terms.tree)
    try {
      await thread.call('add', config)
      return name
    } catch (error) {
      const code = error instanceof OsqwatchError ? error.code : null
      // It stands in the list that the next thread is set up with.
      if (code === 'ERR_OSQWATCH_THREAD' && this.#desk.isOpen()) return name
      this.#forget(entry)
      // What an earlier one of that name has left is still being swept.
      const isRefused = code === 'ERR_OSQWATCH_DUPLICATE_CHILD' && terms.name === null && entry.ending === null
      if (isRefused) return this.#enter(target, terms, refused.add(name))
      throw error
    }
  }

  #follow(name: string, pid: number, teller: Adoptable | null): Entry {
    const onExit: ExitListener = (code, signal) => {
      entry.ending = [code ?? null, signal ?? null]
      this.#tellEnd(entry)
    }
    const entry: Entry = { name, pid, deafen: () => void teller?.removeListener('exit', onExit), ending: null }
    teller?.once('exit', onExit)
    this.#entries.set(name, entry)
    return entry
  }

  #tellEnd({ name, pid, ending }: Entry): void {
    if (ending !== null) this.#desk.thread.call('ended', name, pid, ...ending).catch(() => {})
  }

  #forget({ name, pid, deafen }: Entry): void {
    deafen()
    this.#entries.delete(name)
    if (this.#desk.children.get(name)?.kind === 'adopted') this.#desk.children.delete(name)
    this.#guard.forget(pid)
  }
}

const duplicate = (message: string) => new OsqwatchError('ERR_OSQWATCH_DUPLICATE_CHILD', message)

const adopters = new WeakMap<object, Adopter>()

/** The adopter of a watcher, for what is built on it without being part of its surface. */
export const adopterOf = (watcher: unknown): Adopter | undefined => adopters.get(Object(watcher))

export function register(watcher: object, desk: Desk): Adopter {
  const adopter = new Adopter(desk)
  adopters.set(watcher, adopter)
  return adopter
}
