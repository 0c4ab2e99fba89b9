/**
 * In the main thread: where was the app when its heap ran out? Once a debugger is there, V8 pauses on the last of it, and gives
 * what is needed to say so. Its session is this thread's own: nothing waits for it, and its listener runs in the pause itself.
 */
import type { Worker } from 'node:worker_threads'

import profiles = require('./profile.cjs')
import sights = require('./sight.cjs')
import statements = require('./statement.cjs')

/** So long the witness has to pass the word on. */
const WORD_MS = 500

interface Terms {
  readonly prefix: string
  readonly worker: Worker
  /** Not 0 once the word is passed on. */
  readonly told: Int32Array
}

let terms: Terms | null = null
let session: import('node:inspector').Session | null = null

const prepare = (given: Terms): void => {
  terms = given
}

/** Nothing else is stopped for, not even a `debugger` of the app's own. false: there is no debugger to be had. */
function standBy(): boolean {
  if (session !== null) return true
  const { Session } = require('node:inspector') as typeof import('node:inspector')
  // V8 raises the limit when it pauses.
  const { limit } = sights.heap()
  let isHad = false
  session = new Session()
  session.connect()
  session.on('Debugger.paused', ({ params: { reason } }) => {
    // Not `resume`: V8 would raise the limit again and again, and the process would live on for minutes, collecting garbage.
    const over = () => session?.post(reason === 'OOM' ? 'Debugger.disable' : 'Debugger.resume')
    try {
      if (reason === 'OOM') testify(limit)
    } catch {
      // The app's own end comes first.
    } finally {
      over()
    }
  })
  session.post('Debugger.setSkipAllPauses', { skip: true })
  session.post('Debugger.enable', error => {
    isHad = error === null
  })
  return isHad
}

function testify(limit: number): void {
  if (terms === null) return
  const { prefix, worker, told } = terms
  const statement = new statements.Statement(prefix, 'heap')
  statement.evidence.stack = sights
    .stack('node:inspector')
    .map(frame => ({ ...frame, file: profiles.pathOf(frame.file) }))
  statement.write()
  statement.evidence.heap = { ...sights.heap(), limit }
  statement.write()
  worker.postMessage('exhausted')
  Atomics.wait(told, 0, 0, WORD_MS)
}

export = { prepare, standBy }
