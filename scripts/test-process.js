/** A test program as a subtest of the runner: a plain `node` process. No process that it starts outlives it. */
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Spawn } from '@tapjs/core'
import { hasMarked, killMarked } from './marked-processes.js'

/** A guard, or a process that was just killed, needs CPU time to end. */
const GRACE_MS = 10_000
const POLL_MS = 50

let count = 0

/**
 * Subtest class for `t.sub()`. Takes the options of tap's `Spawn`, and:
 *
 * - `file`: the program, with `args`; `name` is the name of the subtest.
 * - `folder`: an existing folder for the whole run. Each program gets a folder inside it as XDG_STATE_HOME, and at the end of
 *   PATH, where it survives in programs that keep nothing else of their environment. It is the mark by which processes are found.
 *
 * - `graceMs`: how long processes may stay after the program has ended; 10 s by default.
 *
 * Then processes that are left are killed, and fail the subtest. They are listed as `outlived`.
 */
export class TestProcess extends Spawn {
  #mark
  #graceMs

  constructor({ file, args = [], folder, graceMs = GRACE_MS, ...options }) {
    const mark = join(folder, String(++count), 'state')
    const { NODE_OPTIONS, PATH } = process.env
    super({
      command: 'env',
      // tap adds its process tracker to NODE_OPTIONS; take it out again.
      args: [
        ...(NODE_OPTIONS === undefined ? ['-u', 'NODE_OPTIONS'] : [`NODE_OPTIONS=${NODE_OPTIONS}`]),
        ...[process.execPath, '--enable-source-maps', file, ...args],
      ],
      env: { ...process.env, XDG_STATE_HOME: mark, PATH: `${PATH}${delimiter}${mark}` },
      at: null,
      stack: '',
      ...options,
    })
    this.#mark = mark
    this.#graceMs = graceMs
  }

  main(end) {
    mkdirSync(this.#mark, { recursive: true })
    let clean = Promise.resolve()
    // Not on 'close': a process that is left may hold stdout open.
    this.once('process', program => {
      program.once('exit', () => {
        clean = this.#cleanUp()
      })
    })
    super.main(() => {
      void clean.then(() => {
        if (this.options.outlived) this.parser.ok = this.results.ok = false
        end()
      })
    })
  }

  async #cleanUp() {
    for (const begun = performance.now(); performance.now() - begun < this.#graceMs; await delay(POLL_MS)) {
      if (!hasMarked(this.#mark)) return
    }
    const outlived = [...killMarked(this.#mark)].map(([pid, command]) => `${pid} ${command}`)
    if (outlived.length > 0) this.options.outlived = outlived
  }
}
