/** A child that writes to its heartbeat channel as fast as it can: node flooder.js KIND. */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'

const CHANNEL_FD = 3
const CHUNK_BYTES = 65_536

const line = message => `${JSON.stringify({ ...message, usr1: false, inspector: false })}\n`
/** As many whole ones as a chunk has room for. */
const full = text => text.repeat(Math.floor(CHUNK_BYTES / text.length))

const PID = process.pid
const FLOODS = {
  'WATCHDOG=1, a line at a time': () => 'WATCHDOG=1\n',
  'WATCHDOG=1': () => full('WATCHDOG=1\n'),
  'beats never asked for': () => full(line({ type: 'beat', seq: 1e9, pid: PID })),
  'beats that were asked for once': () => full(line({ type: 'beat', seq: 1, pid: PID })),
  'beats of a stranger': () => full(line({ type: 'beat', seq: 1, pid: 1 })),
  'its own hello': () => full(line({ type: 'hello', pid: PID })),
  'hellos of strangers': () => full(line({ type: 'hello', pid: 1 })),
  'requests for more time': () => full(line({ type: 'extend', ms: 60_000, pid: PID })),
  'broken JSON': () => full(`{"type":"hello","pid":${PID},"usr1":true,"inspector":tru}\n`),
  'empty lines': () => full('\n'),
  'binary rubbish': () => randomBytes(CHUNK_BYTES),
  'one line without an end': () => full('x'),
  'single bytes': () => 'x',
}

export const KINDS = Object.keys(FLOODS)

const kind = process.argv[2]
if (process.argv[1] === import.meta.filename) {
  const bytes = Buffer.from(FLOODS[kind]())
  for (;;) writeAll(bytes)
}

function writeAll(bytes) {
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(CHANNEL_FD, bytes, from)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}
