/** Works for a moment, then blocks its loop for good. Just before, it writes when: the wall clock is the verdict's, too. */
import { writeSync } from 'node:fs'

const [how, leastMs, mostMs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const BLOCKS = {
  spinning() {
    for (;;);
  },
  blocked() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
}

setTimeout(
  () => {
    writeSync(1, `${process.pid} ${Date.now()}\n`)
    BLOCKS[how]()
  },
  leastMs + Math.random() * (mostMs - leastMs),
)
