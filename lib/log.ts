/** What the watcher says to whoever reads stderr: a line an event that matters, and none when all is well. */
import type { LogKind } from './options/settings.js'
import { noteLine, SEVERITY, statusLine } from './osquery/line.js'
import type { EventType, WatcherEvent } from './wire/events.js'

export interface Log {
  event(event: WatcherEvent): void
  /** What is no event: a word about settings. */
  note(text: string): void
}

/** `write` gets whole lines. */
export function openLog(kind: LogKind, write: (line: string) => void): Log {
  const say = (text: string) => write(`osqwatch: ${text.replaceAll('\n', '\n  ')}\n`)
  const event = {
    text: (event: WatcherEvent) => matters(event) && say(messageOf(event)),
    debug: (event: WatcherEvent) => say(messageOf(event)),
    json: (event: WatcherEvent) => event.type !== 'sample' && write(`${JSON.stringify(event)}\n`),
    osquery: (event: WatcherEvent) => event.type !== 'sample' && write(statusLine(event)),
    off: () => {},
  }[kind]
  const note = {
    text: say,
    debug: say,
    json: (message: string) => write(`${JSON.stringify({ type: 'note', at: Date.now(), message })}\n`),
    osquery: (message: string) => write(noteLine(message, Date.now(), SEVERITY.INFO)),
    off: () => {},
  }[kind]
  return { event, note }
}

const ALWAYS: ReadonlySet<EventType> = new Set([
  'limit',
  'warn',
  'terminate',
  'kill',
  'backoff',
  'giveup',
  'unhealthy',
  'fault',
])

function matters(event: WatcherEvent): boolean {
  if (event.type === 'spawn') return event.life > 1
  if (event.type === 'exit') return event.cause !== 'requested' && event.cause !== 'exited'
  // A shutdown's reason has just been told: given up, unhealthy, a fault.
  return ALWAYS.has(event.type)
}

function messageOf(event: WatcherEvent): string {
  if (event.type !== 'sample') return event.message
  const { type, at, ...figures } = event
  return `sample ${JSON.stringify(figures)}`
}
