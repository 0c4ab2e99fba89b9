/**
 * Where was the app when its heap ran out? Once a debugger is there, V8 pauses on the last of it, and tells the stack. So the
 * witness is one, from when the process is large enough that this may happen before the next look.
 */
import type { Frame, Heap } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

import asking = require('./ask.cjs')
import profiles = require('./profile.cjs')
import statements = require('./statement.cjs')

/** Of the heap's limit, in resident bytes of the whole process, which is never less than its heap; and when it is far from it again. */
const NEAR = 0.6
const FAR = 0.5
/** What a heap hardly grows faster than. */
const BYTES_A_MS = 1e6
const [SOONEST_MS, LATEST_MS] = [250, 5_000] as const
/** Below, the way to the limit may be shorter than the time between two looks. */
const SMALL = 512 * 1024 * 1024
const ANSWER_MS = 1_000
const MOST_FRAMES = 100

/** `tell`: it is about to end, and the file is there. */
function watchHeap(prefix: string, tell: () => void): void {
  const { getHeapStatistics } = require('node:v8') as typeof import('node:v8')
  const limit = getHeapStatistics().heap_size_limit
  let debug: Asker | null = null
  const over = () => {
    debug?.close()
    debug = null
  }

  async function turn(): Promise<void> {
    const rss = process.memoryUsage.rss()
    const isNear = limit < SMALL || rss > NEAR * limit
    if (debug === null && isNear && hasRoom(limit)) {
      const asker = new asking.Asker()
      debug = asker
      if (!(await attend(asker, stack => void testify(prefix, asker, stack, tell).catch(() => {})))) over()
    } else if (debug !== null && !isNear && rss < FAR * limit) over()
    const headroom = (NEAR * limit - rss) / BYTES_A_MS
    setTimeout(() => void turn().catch(over), Math.min(Math.max(headroom, SOONEST_MS), LATEST_MS)).unref()
  }
  void turn().catch(over)
}

type Asker = InstanceType<typeof asking.Asker>

interface Pause {
  readonly reason: string
  readonly callFrames: readonly CallFrame[]
}

interface CallFrame {
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number }
}

/** V8 lets the heap grow beyond its limit until JavaScript can be paused: not where the machine has no room for that. */
function hasRoom(limit: number): boolean {
  const { availableMemory } = process as { availableMemory?: () => number }
  return (availableMemory?.() ?? (require('node:os') as typeof import('node:os')).freemem()) > limit
}

/** A debugger that nothing stops for but that. false: there is another one, or the main thread does not answer. */
async function attend(asker: Asker, exhausted: (stack: Frame[]) => void): Promise<boolean> {
  if (!(await asker.look('nothing', ANSWER_MS))) return false
  // A frame tells its script by a number.
  const urls = new Map<string, string>()
  asker.session.on('Debugger.scriptParsed', ({ params }: { params: { scriptId: string; url: string } }) => {
    urls.set(params.scriptId, params.url)
  })
  asker.session.on('Debugger.paused', ({ params }: { params: Pause }) => {
    if (params.reason === 'OOM') exhausted(params.callFrames.slice(0, MOST_FRAMES).map(frame => frameOf(frame, urls)))
    else void asker.post('Debugger.resume', {}, ANSWER_MS)
  })
  const skip = asker.post('Debugger.setSkipAllPauses', { skip: true }, ANSWER_MS)
  return (await asker.post('Debugger.enable', {}, ANSWER_MS)) !== null && (await skip) !== null
}

async function testify(prefix: string, asker: Asker, stack: Frame[], tell: () => void): Promise<void> {
  const statement = new statements.Statement(prefix, 'heap')
  try {
    statement.evidence.stack = stack
    statement.write()
    statement.evidence.heap = (await asker.look<Heap>('heap', ANSWER_MS))?.found ?? null
    statement.write()
    tell()
  } finally {
    // Not `resume`: V8 would raise the limit again and again, and the process would live on for minutes, collecting garbage.
    void asker.post('Debugger.disable', {}, ANSWER_MS)
  }
}

function frameOf({ functionName, location }: CallFrame, urls: ReadonlyMap<string, string>): Frame {
  const { scriptId, lineNumber, columnNumber = -1 } = location
  return profiles.frameOf({ functionName, url: urls.get(scriptId) ?? '', lineNumber, columnNumber })
}

export = { watchHeap }
