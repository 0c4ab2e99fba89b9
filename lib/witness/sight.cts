/** In the main thread: where it is, and how large its heap. */
import type { Frame, Heap } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

const MOST_FRAMES = 100
/** Of the witness and of Node, above those of the app. */
const MOST_OWN = 10

/** Innermost first, from below the frames of that source. As it is before source maps: a profile has no others. */
function stack(source: string): Frame[] {
  const { stackTraceLimit, prepareStackTrace } = Error
  const had = Object.hasOwn(Error, 'prepareStackTrace')
  try {
    Error.stackTraceLimit = MOST_FRAMES + MOST_OWN
    Error.prepareStackTrace = (_, sites) => sites
    const sites = new Error().stack as unknown as NodeJS.CallSite[]
    const own = sites.slice(0, MOST_OWN).findLastIndex(site => site.getScriptNameOrSourceURL() === source)
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

export = { stack, heap }
