/**
 * In the main thread of a Node child: starts the witness, and keeps the exception that nobody caught. The app must not notice
 * it: see lib/client.cts, which loads this file only where a witness is wanted.
 */
import type { NodeEvidence } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

import exhaustion = require('./exhaustion.cjs')
import looks = require('./look.cjs')

import type { Witnessed } from './thread.cjs'

const MOST_CHARS = 16_384
/** Node's major version. */
const OLDEST = 18
/** Generous: what it needs at most is for a long profile. Its old generation has the app's limit, so that it knows that limit. */
const LIMITS = { maxYoungGenerationSizeMb: 8, stackSizeMb: 2 }

/** In the environment of a child that has a channel for its witness: the number of its descriptor, deleted here. */
const WITNESS_ENV = 'OSQWATCH_WITNESS'
/** What its files begin with. Deleted where that is this life's alone, and kept for all who find the watcher by its socket. */
const EVIDENCE_ENV = 'OSQWATCH_EVIDENCE'
/** Who is found by the environment may be a tool that is done before a witness would be of use. */
const TOOL_MS = 1_000

/** `path`: where the watcher thread is. `socketAt` and `later` are the client's. */
function start(
  path: string | undefined,
  socketAt: (fd: number) => number | null,
  later: (ms: number, act: () => unknown) => unknown,
): void {
  const { [WITNESS_ENV]: mark, [EVIDENCE_ENV]: prefix = '' } = process.env
  if (mark !== undefined) for (const name of [WITNESS_ENV, EVIDENCE_ENV]) delete process.env[name]
  if (Number.parseInt(process.versions.node, 10) < OLDEST) return
  const fd = Number(mark)
  const ino = mark === undefined ? null : socketAt(fd)
  if (mark === undefined ? path === undefined : ino === null) return
  keepException(prefix)
  const told = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const client = Reflect.get(globalThis, Symbol.for('osqwatch.client'))
  Object.defineProperty(client, 'look', { value: looks.look })
  if (ino !== null) startThread({ prefix, channel: { fd, ino }, told })
  else if (path !== undefined) later(TOOL_MS, () => startThread({ prefix, channel: { path }, told }))
}

/** Without the app's loaders, preloads and environment. Its output is nobody's. */
function startThread(workerData: Witnessed): void {
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads')
  const { nextTick } = process
  let worker: import('node:worker_threads').Worker
  // The constructor defers one thing, the process's `worker` event: it is about the app's own threads.
  process.nextTick = () => {}
  try {
    worker = new Worker(require.resolve('./thread.cjs'), {
      ...{ workerData, execArgv: [], env: {}, stdout: true, stderr: true, resourceLimits: LIMITS },
      ...{ name: 'osqwatch witness' },
    })
  } finally {
    process.nextTick = nextTick
  }
  worker.on('error', () => {})
  worker.unref()
  exhaustion.prepare({ prefix: workerData.prefix, worker, told: workerData.told })
}

type Fatal = (this: unknown, error: unknown, ...more: unknown[]) => boolean

/** What Node calls with an exception that nobody caught: false is the end of the process. A listener would be seen, and count. */
function keepException(prefix: string): void {
  const node = process as unknown as { _fatalException?: Fatal }
  const original = node._fatalException
  if (typeof original !== 'function') return
  node._fatalException = function _fatalException(error, ...more) {
    let last = error
    let handled = false
    try {
      handled = original.call(this, error, ...more)
    } catch (another) {
      last = another
      throw another
    } finally {
      if (!handled) keep(prefix, last)
    }
    return handled
  }
}

function keep(prefix: string, thrown: unknown): void {
  try {
    const { writeWhole } = require('./statement.cjs') as typeof import('./statement.cjs')
    const evidence: NodeEvidence = {
      ...{ pid: process.pid, at: Date.now(), trigger: 'exception', error: plain(thrown) },
      ...{ stack: null, profile: null, allocations: null, heap: null, report: null, snapshot: null, notes: [] },
    }
    writeWhole(`${prefix}-${process.pid}-error.json`, JSON.stringify(evidence))
  } catch {
    // The app's own end comes first.
  }
}

/** Anything may be thrown, and may throw again when it is looked at. */
function plain(thrown: unknown): NodeEvidence['error'] {
  const { name, message, stack } = Object(thrown) as Record<string, unknown>
  const text = (value: unknown, otherwise: string) =>
    typeof value === 'string' ? value.slice(0, MOST_CHARS) : otherwise
  const isError = typeof stack === 'string' || typeof message === 'string'
  return {
    name: text(name, typeof thrown),
    message: text(message, isError ? '' : String(thrown).slice(0, MOST_CHARS)),
    stack: text(stack, ''),
  }
}

export = { start }
