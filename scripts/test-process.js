/** A test program as a subtest of the runner: a plain `node` process. No process that it starts outlives it. */
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Spawn } from '@tapjs/core'
import { killMarked } from './marked-processes.js'

let count = 0

/**
 * Subtest class for `t.sub()`. Takes the options of tap's `Spawn`, and:
 *
 * - `file`: the program, with `args`; `name` is the name of the subtest.
 * - `folder`: an existing folder for the whole run. Each program gets a folder inside it as XDG_STATE_HOME, and at the end of
 *   PATH, where it survives in programs that keep nothing else of their environment. It is the mark by which processes are found.
 *
 * Processes that are left when the program has ended are killed, and fail the subtest. They are listed as `outlived`.
 */
export class TestProcess extends Spawn {
  #mark

  constructor({ file, args = [], folder, ...options }) {
    const mark = join(folder, String(++count), 'state')
    const env = { ...process.env, XDG_STATE_HOME: mark, PATH: `${process.env.PATH}${delimiter}${mark}` }
    // tap would preload its process tracker by NODE_OPTIONS.
    const nodeOptions =
      process.env.NODE_OPTIONS === undefined ? ['-u', 'NODE_OPTIONS'] : [`NODE_OPTIONS=${process.env.NODE_OPTIONS}`]
    super({
      command: 'env',
      args: [...nodeOptions, process.execPath, '--enable-source-maps', file, ...args],
      env,
      at: null,
      stack: '',
      ...options,
    })
    this.#mark = mark
  }

  main(end) {
    mkdirSync(this.#mark, { recursive: true })
    // Not on 'close': a process that is left may hold stdout open.
    this.once('process', program => program.once('exit', () => this.#killOutlived()))
    super.main(() => {
      if (this.options.outlived) this.parser.ok = this.results.ok = false
      end()
    })
  }

  #killOutlived() {
    const outlived = [...killMarked(this.#mark)].map(([pid, command]) => `${pid} ${command}`)
    if (outlived.length > 0) this.options.outlived = outlived
  }
}
