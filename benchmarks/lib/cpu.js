/** CPU time as the kernel tells it, in µs. Synchronous reads: `thread-self` is then the thread that asks. */
import { readdirSync, readFileSync } from 'node:fs'

const US_PER_TICK = 10_000
const NS_PER_US = 1_000

const read = path => readFileSync(path, 'latin1')

/** Of the calling thread. The kernel books it at its own tick (1 to 10 ms): measure over much longer than that. */
export const threadUs = () => scheduled('/proc/thread-self')

/** Of this whole process with all its threads, the ended ones too; exact. */
export function ownUs() {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Of the children of this process that have ended and were reaped: Node does not tell it. In steps of 10 ms. */
export function reapedUs() {
  const fields = statFields('self')
  return (Number(fields[13]) + Number(fields[14])) * US_PER_TICK
}

/** Of another process's living threads, exact but for the kernel's tick. What ended threads used is lost. */
export const processUs = pid => threadsOf(pid).reduce((total, thread) => total + thread.us, 0)

/** `[{ tid, name, us }]`; a thread that ends while it is read is left out. */
export function threadsOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap(tid => {
    try {
      const folder = `/proc/${pid}/task/${tid}`
      return [{ tid: Number(tid), name: read(`${folder}/comm`).trim(), us: scheduled(folder) }]
    } catch {
      return []
    }
  })
}

const scheduled = folder => Number(read(`${folder}/schedstat`).split(' ')[0]) / NS_PER_US

/** Behind the name, which may hold anything: the first is field 3. */
function statFields(pid) {
  const text = read(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
