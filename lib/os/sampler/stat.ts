/** Parsers for files of /proc. Bytes in, numbers out: they run once a look for each process, and make no garbage. */
import { NOBODY } from './single.js'

/** Fields of /proc/PID/stat. One object is filled again and again. */
export interface Stat {
  /** The state's letter as a character code. */
  state: number
  parent: number
  pgrp: number
  session: number
  /** utime + stime, in ticks. */
  cpuTicks: number
  /** cutime + cstime, in ticks: of children that it waited for, and theirs. */
  reapedTicks: number
  /** Ticks since boot. With the pid: the identity. */
  start: number
}

/** Longer than any stat line: 52 fields of at most 20 digits, and a name. */
export const STAT_BYTES = 2048

const SPACE = 0x20
const OPENING = 0x28
const CLOSING = 0x29
const ZERO = 0x30
const NINE = 0x39
const ZOMBIE = 0x5a
const DEAD = 0x58
/** A pid of seven digits, and a name: 15 bytes of a program's, 63 of a kernel thread's. */
const LAST_OF_NAME = 80

export function blankStat(): Stat {
  return { state: 0, parent: 0, pgrp: 0, session: 0, cpuTicks: 0, reapedTicks: 0, start: 0 }
}

/** A zombie has ended; only its parent has not asked yet. */
export function hasEnded(stat: Stat): boolean {
  return stat.state === ZOMBIE || stat.state === DEAD
}

/**
 * Fills `into` from the first `length` bytes of a stat file; false if they are not a whole one.
 * The name may hold spaces, brackets and newlines, no field behind it holds a bracket: fields count from the last one.
 */
export function parseStat(bytes: Uint8Array, length: number, into: Stat): boolean {
  const name = endOfName(bytes, length)
  if (name === -1) return false
  into.state = bytes[name + 2] as number
  let field = 4
  let value = 0
  for (let i = name + 4; i < length && field <= 22; i++) {
    const byte = bytes[i] as number
    if (byte === SPACE) {
      store(into, field++, value)
      value = 0
    } else {
      value = value * 10 + byte - ZERO
    }
  }
  return field > 22
}

/** The name in a stat file that is parsed already, and so a whole one. */
export function parseName(bytes: Buffer): string {
  return bytes.toString('utf8', bytes.indexOf(OPENING) + 1, endOfName(bytes, bytes.length))
}

function endOfName(bytes: Uint8Array, length: number): number {
  let i = Math.min(length - 1, LAST_OF_NAME)
  while (i >= 0 && bytes[i] !== CLOSING) i--
  return i
}

// The few signed fields (a group of -1 in a process that is just ending) come out as some negative number: never a pid.
function store(into: Stat, field: number, value: number): void {
  switch (field) {
    case 4:
      into.parent = value
      break
    case 5:
      into.pgrp = value
      break
    case 6:
      into.session = value
      break
    case 14:
      into.cpuTicks = value
      break
    case 15:
      into.cpuTicks += value
      break
    case 16:
      into.reapedTicks = value
      break
    case 17:
      into.reapedTicks += value
      break
    case 22:
      into.start = value
      break
  }
}

/** Fills `into` with the numbers that the first `length` bytes begin with (statm, schedstat), and zeros behind them. */
export function parseNumbers(bytes: Uint8Array, length: number, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = 0
  let index = 0
  for (let i = 0; i < length && index < into.length; i++) {
    const byte = bytes[i] as number
    if (byte >= ZERO && byte <= NINE) into[index] = (into[index] as number) * 10 + byte - ZERO
    else index++
  }
}

/** The pids of a list (children) that are not known: each of them stands before a space. */
export function parsePids(bytes: Uint8Array, length: number, known: ReadonlyMap<number, unknown>): readonly number[] {
  let pids: number[] | null = null
  let pid = 0
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number
    if (byte !== SPACE) {
      pid = pid * 10 + byte - ZERO
    } else {
      if (!known.has(pid)) {
        pids ??= []
        pids.push(pid)
      }
      pid = 0
    }
  }
  return pids ?? NOBODY
}
