/** One line of a child's as a message, in the form of wire/beats.ts. It never throws, and costs little whatever is in it. */
import { Allowance } from '../core/allowance.js'
import type { FromChild, SpeakerState } from '../wire/beats.js'

/** `{"pid":1,"type":"hello","usr1":true,"inspector":true}` has 53: what is shorter is not worth an attempt, which is dear if it fails. */
const LEAST_JSON = 50

/** As the client writes it: JSON.parse does not throw at that. To throw is a hundred times as dear. */
const PLAIN = /^\{"type":"\w+"(?:,"\w+":(?:true|false|[1-9]\d{0,15}))*\}$/
/** What is written in another way, and turns out to be no JSON. */
const FAILURES = { perMs: 10 / 1000, most: 64 }

const EXTEND = /^EXTEND_TIMEOUT_USEC=(\d{1,15})$/

/** Parses a channel's lines. Who writes nothing but broken JSON is believed only in the client's own form after a while. */
export function lineParser(now: () => number): (line: string) => FromChild | null {
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
export function parseLine(line: string): FromChild | null {
  if (line.startsWith('{')) return parseMessage(line)
  return line === 'WATCHDOG=1' ? { type: 'notify' } : parseExtend(line)
}

function parseMessage(line: string): FromChild | null {
  if (line.length < LEAST_JSON) return null
  const told = parseRecord(line)
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
    return Object(JSON.parse(line))
  } catch {
    return {}
  }
}

function speakerState({ pid, usr1, inspector }: Readonly<Record<string, unknown>>): SpeakerState | null {
  if (!isCount(pid) || typeof usr1 !== 'boolean' || typeof inspector !== 'boolean') return null
  return { pid, usr1, inspector }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}
