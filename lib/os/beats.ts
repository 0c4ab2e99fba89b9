/** The host's end of the heartbeat channel (the form is documented in wire/beats.ts): lines in, lines out, and no trust. */
import type { Duplex } from 'node:stream'
import type { FromChild, SpeakerState, ToChild } from '../wire/beats.js'
import type { LaunchEvents, Launched } from './ports.js'

/** A beat has about 80 bytes: a longer line is not the client's. */
const MAX_LINE_BYTES = 4_096
/** What may wait for a child that does not read, beyond what the kernel holds for it. */
const MAX_UNSENT_BYTES = 16_384
/** A child that writes without pause is read at this pace, so that it cannot keep the watcher busy. */
const MAX_BYTES_PER_MS = 1_024

/**
 * Speaks the channel over `socket`, the child's extra stdio. Each kind of rule that the child breaks is told once by
 * `fault`. The end of the channel says nothing about the child's end: afterwards `send` answers false, that is all.
 */
export function openChannel(socket: Duplex, events: Pick<LaunchEvents, 'heard' | 'fault'>): Launched {
  const told = new Set<string>()
  const faultOnce = (kind: string, message: string): void => {
    if (told.has(kind)) return
    told.add(kind)
    events.fault(message)
  }
  const read = lineReader({
    line(text) {
      // A listener may have closed the channel while its chunk is still being read.
      if (socket.destroyed || text === '') return
      const message = parseLine(text)
      if (message) events.heard(message)
      else
        faultOnce('unknown', `a line on the heartbeat channel is not of its form: ${JSON.stringify(text.slice(0, 80))}`)
    },
    tooLong: () => faultOnce('too long', `a line on the heartbeat channel is longer than ${MAX_LINE_BYTES} bytes`),
  })

  // latin1: one character is one byte, so that a length is a size, and no character is ever split between two chunks.
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    read(text)
    rest(socket, Math.floor(text.length / MAX_BYTES_PER_MS))
  })
  // EPIPE, ECONNRESET: the other end has gone, which is no news here.
  socket.on('error', () => {})

  return {
    send(message: ToChild): boolean {
      if (!socket.writable || socket.writableLength > MAX_UNSENT_BYTES) return false
      socket.write(`${JSON.stringify(message)}\n`)
      return true
    },
    hears: () => socket.writable,
    close: () => void socket.destroy(),
  }
}

function rest(socket: Duplex, ms: number): void {
  if (ms === 0) return
  socket.pause()
  setTimeout(() => socket.resume(), ms).unref()
}

interface Lines {
  line(text: string): void
  tooLong(): void
}

function lineReader(lines: Lines): (text: string) => void {
  let partial = ''
  let skipping = false
  const finish = (text: string): void => {
    if (!skipping && text.length > MAX_LINE_BYTES) lines.tooLong()
    else if (!skipping) lines.line(text.trim())
    skipping = false
  }
  return text => {
    const parts = (partial + text).split('\n')
    partial = parts.pop() ?? ''
    parts.forEach(finish)
    if (partial.length <= MAX_LINE_BYTES) return
    if (!skipping) lines.tooLong()
    skipping = true
    partial = ''
  }
}

/** One trimmed line as a message, built anew from the fields that are known; null: not of the channel's form. */
export function parseLine(line: string): FromChild | null {
  if (line === 'WATCHDOG=1') return { type: 'notify' }
  const told = parseRecord(line)
  const state = speakerState(told)
  if (!state) return null
  if (told.type === 'hello') return { type: 'hello', ...state }
  if (told.type === 'beat' && isCount(told.seq)) return { type: 'beat', seq: told.seq, ...state }
  return null
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
