/** Where there is no room for a table: a line an event. */
import type { EventType, WatcherEvent } from '../wire/events.js'
import { clock } from './paint.js'

/** Not worth a line of their own. */
const QUIET: ReadonlySet<EventType> = new Set(['sample', 'ready'])

export function plainLine(event: WatcherEvent, startedAt: number): string | null {
  if (QUIET.has(event.type) || event.type === 'sample') return null
  const who = ('child' in event ? event.child : undefined) ?? 'watcher'
  const seconds = clock(event.at - startedAt).padStart(5)
  return `${seconds} s  ${who.padEnd(8)}  ${event.type.padEnd(9)}  ${event.message}\n`
}
