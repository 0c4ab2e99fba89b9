/** Deaths of the watcher thread: how many are too many, and how one is told. */
import { startTime } from './os/identity.js'
import type { FaultEvent } from './wire/events.js'
import type { Life } from './wire/lives.js'

/** A thread that dies more often than this within a minute is not set up again. */
const MOST = 5
const WINDOW_MS = 60_000

export class Deaths {
  #at: readonly number[] = []

  /** Counts one more. */
  areTooMany(): boolean {
    const now = performance.now()
    this.#at = [...this.#at.filter(at => now - at < WINDOW_MS), now]
    return this.#at.length > MOST
  }
}

/** Nobody but the thread that spawned them could have reaped them. */
export function deathOf(reason: string, lives: readonly Life[], next: string): FaultEvent {
  const zombies = lives.filter(({ pid, start }) => startTime(pid) === start).length
  const story = `its ${lives.length} children were ended, ${zombies} of them stay as zombies until this process ends`
  return { type: 'fault', at: Date.now(), message: `the watcher thread died: ${reason}; ${story}; ${next}` }
}
