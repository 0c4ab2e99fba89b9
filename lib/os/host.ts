/** The end of the host, as the watcher thread brings it about: a thread cannot exit its process, only kill it. */
import { writeLine } from './stderr.js'

/** So long main has to answer. */
const ANSWER_MS = 2000

/** Main was told to end, with the code that it is to end with; a main that does not hear it is killed. */
export function endHost(reason: string, heard: () => boolean): void {
  setTimeout(() => {
    if (heard()) return
    complain(`${reason}; the main thread does not answer: SIGKILL`)
    process.kill(process.pid, 'SIGKILL')
  }, ANSWER_MS)
}

export const complain = (line: string): void => writeLine(`osqwatch: ${line}\n`)
