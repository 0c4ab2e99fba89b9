/** Deaths of the watcher thread: what becomes of its children, how many deaths are too many, and how one is told. */
import { EXIT_CATASTROPHIC } from './core/respawn.js'
import { isSame, startTime } from './os/identity.js'
import { endLeftovers } from './os/leftovers.js'
import { signals } from './os/signals.js'
import type { ChildConfig } from './wire/commands.js'
import type { WatcherEvent } from './wire/events.js'
import type { Life } from './wire/lives.js'

/** A thread that dies more often than this within a minute is not set up again. */
const MOST = 5
const WINDOW_MS = 60_000

export interface Bereaved {
  /** false: the watcher is being stopped. */
  isOpen(): boolean
  /** Sets a new thread up, once those are gone. */
  install(leftovers: readonly Life[]): Promise<void>
  /** Starts the children again. */
  start(): Promise<void>
  /** There is no thread any more, and none is to come. */
  abandon(): void
  /** ms between SIGTERM and SIGKILL. */
  patience(): number
  tell(event: WatcherEvent): void
}

export class Deaths {
  #at: readonly number[] = []
  /** Children of dead threads whom no new thread knows yet: one may die before it was told. */
  #left: readonly Life[] = []

  constructor(private readonly bereaved: Bereaved) {}

  /** Its children are ended by now, or about to be; a new thread starts them again, as soon as main is free to have one. */
  async after(reason: string, lives: readonly Life[]): Promise<void> {
    const { bereaved } = this
    const left = [...this.#left, ...lives]
    this.#left = left
    if (!bereaved.isOpen() || this.#areTooMany()) return this.#end(reason, left)
    try {
      await bereaved.install(left)
      this.#left = []
      bereaved.tell(deathOf(reason, left, 'a new thread starts them again'))
      await bereaved.start()
    } catch {
      // It died again on the way, and that death is told by itself.
    }
  }

  /** The children are ended from here, and whoever waits is told. */
  async #end(reason: string, lives: readonly Life[]): Promise<void> {
    const { bereaved } = this
    bereaved.abandon()
    await endLeftovers(lives, bereaved.patience(), isSame, signals)
    bereaved.tell(deathOf(reason, lives, 'no new thread is started'))
    const report = { code: EXIT_CATASTROPHIC, reason: `the watcher thread died: ${reason}` }
    bereaved.tell({ type: 'shutdown', at: Date.now(), ...report, message: `everything is stopped: ${report.reason}` })
  }

  /** Counts one more. */
  #areTooMany(): boolean {
    const now = performance.now()
    this.#at = [...this.#at.filter(at => now - at < WINDOW_MS), now]
    return this.#at.length > MOST
  }
}

/** Nobody but the thread that spawned them could have reaped them. */
function deathOf(reason: string, lives: readonly Life[], next: string): WatcherEvent {
  const zombies = lives.filter(({ pid, start }) => startTime(pid) === start).length
  const story = `its ${lives.length} children were ended, ${zombies} of them stay as zombies until this process ends`
  return { type: 'fault', at: Date.now(), message: `the watcher thread died: ${reason}; ${story}; ${next}` }
}

/** The longest that a child has between SIGTERM and SIGKILL when the host goes. */
export const patienceOf = (children: ReadonlyMap<string, ChildConfig>): number =>
  Math.max(0, ...[...children.values()].map(({ policy }) => policy.forcedShutdownDelay))
