/** One line of a child's as a message, in the form of wire/beats.ts. It never throws, and costs little whatever is in it. */
import { Allowance } from '../core/allowance.js'
import type { FromChild, SpeakerState } from '../wire/beats.js'

/** The first word of a witness, about its channel: nobody else is told. */
export type Line = FromChild | { readonly type: 'witness'; readonly pid: number }

/** What is shorter than `{"pid":1,"type":"witness"}` is not worth an attempt, which is dear if it fails. */
const LEAST_JSON = 26
const MOST_ACTIVITY_CHARS = 256
/** What would move the cursor, or turn the direction of writing, where it is shown; and half a character. */
const CONTROLS = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu

/** As the client writes it: JSON.parse does not throw at that. To throw is a hundred times as dear. */
const PLAIN = /^\{"type":"\w+"(?:,"\w+":(?:true|false|[1-9]\d{0,15}|"[ !#-[\]-~\u0080-\u00ff]*"))*\}$/
/** What is written in another way, and turns out to be no JSON. */
const FAILURES = { perMs: 10 / 1000, most: 64 }

/** A line is read a character a byte, and written in UTF-8. */
const BEYOND_ASCII = /[\x80-\xff]/

const EXTEND = /^EXTEND_TIMEOUT_USEC=(\d{1,15})$/

/** Parses a channel's lines. Who writes nothing but broken JSON is believed only in the client's own form after a while. */
export function lineParser(now: () => number): (line: string) => Line | null {
  const failures = new Allowance(FAILURES.perMs, FAILURES.most, now())
  return line => {
    if (!line.startsWith('{') || PLAIN.test(line)) return parseLine(line)
    failures.spend(0, now())
    const message = failures.debtMs > 0 ? null : parseLine(line)
    if (message === null && line.length >= LEAST_JSON) failures.spend(1, now())
    return message
  }
}

/** One trimmed line as a message, built anew from the fields that are known; null: not of the channel's form. */
export function parseLine(line: string): Line | null {
  if (line.startsWith('{')) return parseMessage(line)
  return line === 'WATCHDOG=1' ? { type: 'notify' } : parseExtend(line)
}

function parseMessage(line: string): Line | null {
  if (line.length < LEAST_JSON) return null
  const told = parseRecord(line)
  const { pid } = told
  if (!isCount(pid)) return null
  if (told.type === 'activity' && typeof told.text === 'string')
    return { type: 'activity', pid, text: shown(told.text) }
  if (told.type === 'testified' || told.type === 'exhausted' || told.type === 'witness') return { type: told.type, pid }
  const state = speakerState(told)
  if (!state) return null
  if (told.type === 'hello') return { type: 'hello', ...state }
  if (told.type === 'beat' && isCount(told.seq)) return { type: 'beat', seq: told.seq, ...state }
  if (told.type === 'extend' && isCount(told.ms)) return { type: 'extend', ms: told.ms, pid: state.pid }
  return null
}

function parseExtend(line: string): FromChild | null {
  if (!line.startsWith('EXTEND')) return null
  const ms = Math.ceil(Number(EXTEND.exec(line)?.[1] ?? 0) / 1000)
  return ms > 0 ? { type: 'extend', ms, pid: null } : null
}

function parseRecord(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(BEYOND_ASCII.test(line) ? Buffer.from(line, 'latin1').toString() : line))
  } catch {
    return {}
  }
}

const shown = (text: string): string => text.slice(0, MOST_ACTIVITY_CHARS).replace(CONTROLS, ' ')

function speakerState({ pid, usr1, inspector }: Readonly<Record<string, unknown>>): SpeakerState | null {
  if (!isCount(pid) || typeof usr1 !== 'boolean' || typeof inspector !== 'boolean') return null
  return { pid, usr1, inspector }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}
