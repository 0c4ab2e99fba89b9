/** What a watcher tells, as osquery's status log: for pipelines that collect that already. */
import type { EventEmitter } from 'node:events'
import { warnUser } from '../outbox.js'
import { follow } from '../telemetry.js'
import type { WatcherEvent } from '../wire/events.js'
import { LineFile } from './file.js'
import { type LineOptions, noteLine, SEVERITY, statusLine } from './line.js'

export interface OsqueryLogOptions extends LineOptions {
  /** A path, or what takes the lines, each with its end. */
  readonly to: string | ((line: string) => void)
}

/**
 * Appends a line for each event but samples, until the watcher is shut down or the function that is answered is called. It
 * never throws: lines that cannot be written are dropped, and counted in the first one that can be.
 */
export function writeOsqueryLog(watcher: EventEmitter, { to, ...options }: OsqueryLogOptions): () => void {
  const sink = typeof to === 'string' ? new LineFile(to) : new Taker(to)
  const name = typeof to === 'string' ? to : 'the function that takes them'
  let dropped = 0
  let isTold = false

  function append(line: string): void {
    const lost =
      dropped === 0
        ? null
        : sink.append(noteLine(`lines that were dropped here: ${dropped}`, Date.now(), SEVERITY.WARNING, options))
    const error = lost ?? sink.append(line)
    if (lost === null) dropped = 0
    if (error === null) return
    dropped++
    if (!isTold) warnUser(`osquery's log: lines for ${name} are dropped until it takes them: ${error.message}`)
    isTold = true
  }

  const unfollow = follow(watcher, (event: WatcherEvent) => {
    if (event.type !== 'sample') append(statusLine(event, options))
    // Later: Node skips the next subscriber of a channel when one leaves while it is being told.
    if (event.type === 'shutdown') queueMicrotask(end)
  })
  function end(): void {
    unfollow()
    sink.close()
  }
  return end
}

class Taker implements Pick<LineFile, 'append' | 'close'> {
  readonly #take: (line: string) => void

  constructor(take: (line: string) => void) {
    this.#take = take
  }

  append(line: string): Error | null {
    try {
      this.#take(line)
      return null
    } catch (error) {
      return Error(String(error))
    }
  }

  close(): void {}
}
