/** stderr past its stream: a stream would wait for a main thread that may be blocked, or about to end. */
import { writeSync } from 'node:fs'

/** A pipe that nobody reads is waited for so often, so long each time, and no longer: what is told is not worth a hang. */
const TRIES = 20
const PAUSE_MS = 5

type Write = (bytes: Uint8Array) => number

/** Writes the whole line, or as much of it as is taken in time. Never throws: a closed stderr is nobody's loss. */
export function writeLine(line: string, write: Write = bytes => writeSync(2, bytes), pause: () => void = sleep): void {
  let left = Buffer.from(line)
  for (let tries = 0; left.length > 0 && tries < TRIES; tries++) {
    try {
      left = left.subarray(write(left))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      pause()
    }
  }
}

const cell = new Int32Array(new SharedArrayBuffer(4))
const sleep = () => void Atomics.wait(cell, 0, 0, PAUSE_MS)
