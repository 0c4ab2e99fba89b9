/** In the main thread, called by the witness through the inspector, also while the app's own JavaScript is busy. */
import type { Frame, Heap } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

const MOST_FRAMES = 100
const MOST_REPORT_CHARS = 65_536
/** By this name the witness's own expression stands on the stack that it asks for. */
const EXPRESSION = 'osqwatch:look'

/** Innermost first, as it is before source maps: a profile has no others. */
function stack(): Frame[] {
  const { stackTraceLimit, prepareStackTrace } = Error
  const had = Object.hasOwn(Error, 'prepareStackTrace')
  try {
    Error.stackTraceLimit = MOST_FRAMES + 3
    Error.prepareStackTrace = (_, sites) => sites
    const sites = new Error().stack as unknown as NodeJS.CallSite[]
    const own = sites.findIndex(site => site.getScriptNameOrSourceURL() === EXPRESSION)
    return sites.slice(own + 1, own + 1 + MOST_FRAMES).map(frameOf)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    if (had) Error.prepareStackTrace = prepareStackTrace
    else Reflect.deleteProperty(Error, 'prepareStackTrace')
  }
}

/** `Timeout.tick [as _onTimeout] (/app.js:1:2)`; without a function it is the place alone. */
function frameOf(site: NodeJS.CallSite): Frame {
  const text = site.toString()
  const end = text.endsWith(')') ? text.lastIndexOf(' (') : -1
  return {
    function: end === -1 ? '' : text.slice(0, end),
    file: site.getScriptNameOrSourceURL() ?? '',
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
  }
}

function heap(): Heap {
  const v8 = require('node:v8') as typeof import('node:v8')
  const found = v8.getHeapStatistics()
  const spaces = v8.getHeapSpaceStatistics().map(space => [space.space_name, space.space_used_size])
  return {
    used: found.used_heap_size,
    total: found.total_heap_size,
    limit: found.heap_size_limit,
    external: found.external_memory,
    spaces: Object.fromEntries(spaces),
  }
}

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

const LOOKS = { stack, heap, report, snapshot, nothing: () => null }

/** As JSON. With a debugger there, a human is: nothing is asked then. */
function look(what: keyof typeof LOOKS, file = ''): string {
  const { url } = require('node:inspector') as typeof import('node:inspector')
  if (url() !== undefined) return 'null'
  return JSON.stringify({ found: LOOKS[what](file) })
}

export = { look, EXPRESSION }
