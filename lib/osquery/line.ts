/**
 * An event as a line of osquery's status log, in the form that its tls, kinesis and firehose loggers send and that Fleet writes to
 * a file: the same keys, in the same order, of the same types (plugins/logger/buffered.cpp).
 */
import { hostname } from 'node:os'
import type { WatcherEvent } from '../wire/events.js'
import { VERSION } from '../wire/version.js'

/** As in glog. Its FATAL, 3, is the last word of a process that ends itself, and nothing here is that. */
export const SEVERITY = { INFO: 0, WARNING: 1, ERROR: 2 } as const

type Severity = (typeof SEVERITY)[keyof typeof SEVERITY]
export type ToldEvent = Exclude<WatcherEvent, { type: 'sample' }>

export interface LineOptions {
  /** Default: the host's name, as osquery has it. */
  readonly hostIdentifier?: string
  /** What is added to each line, as osquery's decorators add it. */
  readonly decorations?: Readonly<Record<string, string>>
}

/** With its end of line. */
export function statusLine(event: ToldEvent, options: LineOptions = {}): string {
  return line(
    event.type,
    event.at,
    severityOf(event),
    event.message,
    { ...aboutOf(event), ...options.decorations },
    options,
  )
}

/** What is no event: a word about settings, or about lines that were lost. */
export function noteLine(message: string, at: number, severity: Severity, options: LineOptions = {}): string {
  return line('note', at, severity, message, { ...options.decorations }, options)
}

function line(
  from: string,
  at: number,
  severity: Severity,
  message: string,
  decorations: Readonly<Record<string, string>>,
  { hostIdentifier = hostname() }: LineOptions,
): string {
  const fields = {
    hostIdentifier,
    calendarTime: asctime(at),
    unixTime: Math.floor(at / 1000),
    severity,
    // osquery names its source file and line. Ours would tell nobody anything; the type of the event does.
    filename: `osqwatch/${from}`,
    line: 0,
    message,
    version: VERSION,
    ...(Object.keys(decorations).length > 0 && { decorations }),
  }
  return `${JSON.stringify(fields)}\n`
}

/** The same severities that osquery's watcher gives to the same news, where it has them. */
function severityOf(event: ToldEvent): Severity {
  switch (event.type) {
    case 'limit':
    case 'defer':
    case 'warn':
    case 'backoff':
    case 'incident':
      return SEVERITY.WARNING
    case 'kill':
    case 'giveup':
    case 'unhealthy':
    case 'fault':
      return SEVERITY.ERROR
    case 'exit':
      return event.cause === 'requested' || event.cause === 'exited' ? SEVERITY.INFO : SEVERITY.WARNING
    case 'extend':
      return event.granted > 0 ? SEVERITY.INFO : SEVERITY.WARNING
    case 'shutdown':
      return event.code === 0 ? SEVERITY.INFO : SEVERITY.ERROR
    // SIGTERM is how every ordinary stop begins, too. What it follows from, a limit, has been told as a warning.
    case 'terminate':
    case 'spawn':
    case 'adopt':
    case 'ready':
      return SEVERITY.INFO
  }
}

/** Decorations are text, whatever they tell. */
function aboutOf(event: ToldEvent): Record<string, string> {
  if (!('child' in event) || event.child === undefined) return {}
  if (!('life' in event)) return { child: event.child }
  const { child, pid, life } = event
  return { child, life: `${life}`, ...(pid !== null && { pid: `${pid}` }) }
}

/** As C writes it: `Sun Sep  6 11:31:37 2026`, the day in two columns; and osquery's ` UTC` after it. */
function asctime(at: number): string {
  const [weekday = '', day, month, year, time] = new Date(at).toUTCString().split(' ')
  return `${weekday.slice(0, 3)} ${month} ${`${Number(day)}`.padStart(2)} ${time} ${year} UTC`
}
