/** Works for a moment, says so, and spins for good in one line. */
import { writeSync } from 'node:fs'

let turns = 0

function spin() {
  for (;;) turns = (turns * 31 + 7) % 1_000_003 // hot
}

setTimeout(() => {
  writeSync(1, 'spins\n')
  spin()
}, Number(process.argv[2]))
