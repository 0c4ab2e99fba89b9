/** In the main thread, called by the witness through the inspector, also while the app's own JavaScript is busy. */
import exhaustion = require('./exhaustion.cjs')
import sights = require('./sight.cjs')

const MOST_REPORT_CHARS = 65_536
const SAMPLING_US = 1_000
/** By this name the witness's own expression stands on the stack that it asks for. */
const EXPRESSION = 'osqwatch:look'

/** Without what may be secret, what is long, and what asks name servers. */
function report(): object | null {
  const { report } = process as unknown as { report?: { excludeNetwork?: boolean; getReport(): object } }
  if (report === undefined) return null
  const { excludeNetwork } = report
  try {
    if (excludeNetwork !== undefined) report.excludeNetwork = true
    const { environmentVariables, sharedObjects, userLimits, workers, ...rest } = report.getReport() as Record<
      string,
      never
    >
    if (JSON.stringify(rest).length <= MOST_REPORT_CHARS) return rest
    const { libuv, nativeStack, ...least } = rest
    return JSON.stringify(least).length <= MOST_REPORT_CHARS ? least : null
  } finally {
    if (excludeNetwork !== undefined) report.excludeNetwork = excludeNetwork
  }
}

/** Into a file that is there. It stops the app for a while, and needs as much memory again. */
function snapshot(file: string): string {
  return (require('node:v8') as typeof import('node:v8')).writeHeapSnapshot(file)
}

let profiler: import('node:inspector').Session | null = null

/** By a session of the main thread's own, which the process's end needs not wait for. */
function startProfile(): boolean {
  const { Session } = require('node:inspector') as typeof import('node:inspector')
  profiler?.disconnect()
  profiler = new Session()
  profiler.connect()
  profiler.post('Profiler.enable')
  profiler.post('Profiler.setSamplingInterval', { interval: SAMPLING_US })
  profiler.post('Profiler.start')
  return true
}

function stopProfile(): object | null {
  let found: object | null = null
  profiler?.post('Profiler.stop', (error, answer) => {
    if (error) return
    const { samples, timeDeltas, ...tree } = answer.profile
    found = tree
  })
  profiler?.disconnect()
  profiler = null
  return found
}

const LOOKS = {
  stack: () => sights.stack(EXPRESSION),
  heap: sights.heap,
  report,
  snapshot,
  startProfile,
  stopProfile,
  nothing: () => null,
  standBy: exhaustion.standBy,
}

/** As JSON. With a debugger there, a human is: nothing is asked then. */
function look(what: keyof typeof LOOKS, more: unknown): string {
  const { url } = require('node:inspector') as typeof import('node:inspector')
  if (url() !== undefined) return 'null'
  return JSON.stringify({ found: (LOOKS[what] as (more: unknown) => unknown)(more) })
}

export = { look }
