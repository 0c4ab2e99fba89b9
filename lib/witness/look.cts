/** In the main thread, called by the witness through the inspector, also while the app's own JavaScript is busy. */
import exhaustion = require('./exhaustion.cjs')
import sights = require('./sight.cjs')

const MOST_REPORT_CHARS = 65_536
const SAMPLING_US = 1_000
const SAMPLING_BYTES = 16_384
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
let allocatedSince: number | null = null

/** Answers what is at work now. By a session of the main thread's own, which the process's end needs not wait for. */
function startProfiles(looks: readonly string[]): string[] {
  const { Session } = require('node:inspector') as typeof import('node:inspector')
  endProfiles()
  profiler = new Session()
  profiler.connect()
  endWithProcess()
  if (looks.includes('profile')) {
    profiler.post('Profiler.enable')
    profiler.post('Profiler.setSamplingInterval', { interval: SAMPLING_US })
    profiler.post('Profiler.start')
  }
  if (looks.includes('allocations') && !isSampled(profiler)) {
    profiler.post('HeapProfiler.startSampling', { samplingInterval: SAMPLING_BYTES })
    allocatedSince = Date.now()
  }
  return looks.filter(look => look !== 'allocations' || allocatedSince !== null)
}

/** V8's profiler that is at work when the process exits may end it by SIGSEGV: Node takes down what it still writes to. */
function endWithProcess(): void {
  const most = process.getMaxListeners()
  // One more than the app has is nothing that the app is to be warned of.
  process.setMaxListeners(0)
  process.on('exit', endProfiles)
  process.setMaxListeners(most)
}

/** V8 has one sampling heap profiler: the app's own, or a monitor's, is left at work. */
function isSampled(profiler: import('node:inspector').Session): boolean {
  let is = true
  profiler.post('HeapProfiler.getSamplingProfile', error => {
    is = error === null
  })
  return is
}

function stopProfile(): object | null {
  let found: object | null = null
  profiler?.post('Profiler.stop', (error, answer) => {
    if (error) return
    const { samples, timeDeltas, ...tree } = answer.profile
    found = tree
  })
  if (allocatedSince === null) endProfiles()
  return found
}

/** V8 collects garbage before it answers: what is told of is still in use. */
function stopAllocations(): object | null {
  let found: object | null = null
  const ms = Date.now() - (allocatedSince ?? 0)
  profiler?.post('HeapProfiler.stopSampling', (error, answer) => {
    if (!error) found = { ms, head: answer.profile.head }
  })
  endProfiles()
  return found
}

function endProfiles(): void {
  process.off('exit', endProfiles)
  profiler?.disconnect()
  profiler = null
  allocatedSince = null
}

const LOOKS = {
  stack: () => sights.stack(EXPRESSION),
  heap: sights.heap,
  report,
  snapshot,
  startProfiles,
  stopProfile,
  stopAllocations,
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
