/** The end of the host, as the watcher thread brings it about: a thread cannot exit its process, only kill it. */
import { lateness, lookAgain, openPending } from '../core/lateness.js'
import { complain } from './host.js'
import { hasProc } from './identity.js'
import { threadPulse } from './thread.js'

/** The main thread's own time to answer. Time in which it waits for a processor does not count. */
const ANSWER_MS = 2000
/** The longest wait, on a machine that never lets the main thread run. */
const MAX_WAIT_MS = 60_000
const LOOK_MS = 100

/** Kills the host if the main thread, which has been sent the exit code, does not acknowledge it in time. */
export function endHost(reason: string, heard: () => boolean): void {
  const main = hasProc ? process.pid : 0
  const pulse = () => threadPulse(main) ?? (threadPulse(0) as NonNullable<ReturnType<typeof threadPulse>>)
  let pending = openPending(0, pulse())
  const timer = setInterval(() => {
    if (heard()) return clearInterval(timer)
    pending = lookAgain(pending, pulse(), 0)
    const { own, wall } = lateness(pending)
    if (own < ANSWER_MS && wall < MAX_WAIT_MS) return
    clearInterval(timer)
    complain(`${reason}; the main thread does not answer: SIGKILL`)
    process.kill(process.pid, 'SIGKILL')
  }, LOOK_MS)
}
