/**
 * node leak.js FOLDER MB_PER_SECOND MOST_MB: a process that is quiet until SIGUSR2, and then leaks at that rate, in really resident
 * pages, until it has leaked the most. After each piece it records its size in FOLDER/PID.START; the record outlives it, so its size
 * at its death is known to one piece. It ends by itself should everybody have forgotten it.
 */
import { openSync, readFileSync, readSync, writeSync } from 'node:fs'

const PIECE = 2 ** 18
const QUIET_MS = 250
const LIFE_MS = 300_000

const [folder, rate, most] = process.argv.slice(2)
const bytesPerMs = (Number(rate) * 2 ** 20) / 1000
const mostBytes = Number(most) * 2 ** 20
/** Reserved and not yet touched: it becomes resident page by page, and no collector of garbage gets in the way. */
const heap = Buffer.allocUnsafeSlow(mostBytes)
const statm = openSync('/proc/self/statm', 'r')
const record = openSync(`${folder}/${process.pid}.${startTime()}`, 'w')
const text = Buffer.alloc(128)
let leaked = 0

function startTime() {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

/** Pages, how much of what was due it has leaked, and whether that is all that it will. */
function tell(share = 1) {
  const pages = text.latin1Slice(0, readSync(statm, text, 0, text.length, 0)).split(' ')[1]
  writeSync(record, `${pages.padStart(12)} ${share.toFixed(3)} ${Number(leaked >= mostBytes)}`, 0)
}

/** It catches up with the clock, however late its timer is. */
function leak() {
  clearInterval(quiet)
  const begun = performance.now()
  const due = () => bytesPerMs * (performance.now() - begun)
  const timer = setInterval(() => {
    while (leaked + PIECE <= Math.min(due(), mostBytes)) {
      heap.fill(1, leaked, leaked + PIECE)
      leaked += PIECE
      tell(leaked / due())
    }
    if (leaked >= mostBytes) clearInterval(timer)
  }, 1)
}

const quiet = setInterval(tell, QUIET_MS)
process.once('SIGUSR2', leak)
setTimeout(() => process.exit(), LIFE_MS)
tell()
