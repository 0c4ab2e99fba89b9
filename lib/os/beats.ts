/** The host's end of the heartbeat channel (the form is documented in wire/beats.ts): lines in, lines out, and no trust. */
import type { Duplex } from 'node:stream'
import { Allowance } from '../core/allowance.js'
import type { ExamineMessage, ToChild } from '../wire/beats.js'
import { type ChannelEvents, createReader } from './reader.js'

/** What may wait for a child that does not read, beyond what the kernel holds for it. */
const MAX_UNSENT_BYTES = 16_384
/** The part of one core that reading one child may cost, and what of it may be saved up, ms. */
const READING_SHARE = 0.006
const SAVED_MS = 20
/** A read by itself, and what it takes a byte to come from the kernel and to be thrown away again. */
const READ_MS = 0.06
const BYTE_MS = 2e-6
/** The most that a chunk, and a byte in it, can be made to cost: of what the clock shows beyond that, others had the processor. */
const MOST_CHUNK_MS = 1
const MOST_BYTE_MS = 15e-5
/** A rest is not shorter: meanwhile small chunks become one. */
const SHORTEST_REST_MS = 250
/** So many rests, each followed at once by the next chunk, are a flood; then there is one after every chunk. */
const FLOOD_RESTS = 5
const AT_ONCE_MS = 100

export interface Channel {
  /** false: it is closed, or its reader does not read. */
  send(message: ToChild | ExamineMessage): boolean
  hears(): boolean
  close(): void
}

const now = () => performance.now()

export const readingAllowance = (): Allowance => new Allowance(READING_SHARE, SAVED_MS, now())

/**
 * Speaks the channel over `socket`, the child's extra stdio. Each kind of rule that the child breaks is told once by
 * `fault`. The end of the channel says nothing about the child's end: afterwards `send` answers false, that is all.
 * `allowance`: what reading may cost; asked at each chunk, for a connection becomes known as a child's only by what it says.
 */
export function openChannel(
  socket: Duplex,
  events: ChannelEvents,
  allowance: () => Allowance = always(readingAllowance()),
): Channel {
  // A listener may close the channel while its chunk is still being read.
  const { read, faultOnce } = createReader(events, () => !socket.destroyed)
  let rests = 0
  let restedAt = 0
  const rest = (ms: number): void => {
    socket.pause()
    const end = () => {
      restedAt = now()
      socket.resume()
    }
    setTimeout(end, Math.max(ms, SHORTEST_REST_MS)).unref()
  }
  // latin1: one character is one byte, so that a length is a size, and no character is ever split between two chunks.
  socket.setEncoding('latin1')
  bufferNothing(socket)
  socket.on('data', (text: string) => {
    const { begun, debtMs } = booked(text, read, allowance())
    if (begun - restedAt > AT_ONCE_MS) rests = 0
    if (debtMs === 0 && rests < FLOOD_RESTS) return
    rest(debtMs)
    if (++rests >= FLOOD_RESTS)
      faultOnce('flood', () => 'it floods the heartbeat channel, which is read at a bounded pace')
  })
  // EPIPE, ECONNRESET: the other end has gone, which is no news here.
  socket.on('error', () => {})

  return {
    send(message): boolean {
      if (!socket.writable || socket.writableLength > MAX_UNSENT_BYTES) return false
      socket.write(`${JSON.stringify(message)}\n`)
      return true
    },
    hears: () => socket.writable,
    close: () => void socket.destroy(),
  }
}

const always =
  <T>(value: T) =>
  () =>
    value

/** Reads a chunk, and books what that took, listeners included. */
function booked(text: string, read: (text: string) => void, allowance: Allowance) {
  const begun = now()
  read(text)
  const ended = now()
  const handled = Math.min(ended - begun, MOST_CHUNK_MS + text.length * MOST_BYTE_MS)
  allowance.spend(READ_MS + text.length * BYTE_MS + handled, ended)
  return { begun, debtMs: allowance.debtMs }
}

/** A paused stream reads on until its buffer is full, however small the chunks: without one it stops after the first. */
function bufferNothing(socket: Duplex): void {
  ;(socket as unknown as { _readableState: { highWaterMark: number } })._readableState.highWaterMark = 1
}
