/** Main's watch over a watcher thread, with the real clock and the kernel's word on that thread. */
import type { Lateness } from './core/lateness.js'
import type { Line } from './line.js'
import { createClock } from './os/clock.js'
import { isInspected } from './os/inspector.js'
import { threadPulse } from './os/thread.js'
import { ThreadWatch } from './thread-watch.js'
import { Cell } from './wire/install.js'

/** `limit`: ms; Infinity: nobody asks. */
export function watchOver(line: Line, control: Int32Array, limit: number, hung: (late: Lateness) => void): ThreadWatch {
  const watch = new ThreadWatch(limit, createClock(), {
    ask: seq => line.ask(seq),
    answered: () => Atomics.load(control, Cell.ANSWERED),
    pulse: () => threadPulse(Atomics.load(control, Cell.TID)),
    isHeld: isInspected,
    hung,
  })
  watch.start()
  return watch
}
