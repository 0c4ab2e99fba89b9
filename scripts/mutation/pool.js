/** Processes that run tests. None of them, nor of their children, outlives its last run. */
import { fork } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { killMarked } from '../marked-processes.js'

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url))
/** Of /proc/<pid>/stat, on every Linux that runs Node. */
const MS_PER_TICK = 10

export class Pool {
  #folder
  #runsPerProcess
  #idle = []
  #slots
  #count = 0

  constructor({ folder, jobs, runsPerProcess }) {
    this.#folder = folder
    this.#runsPerProcess = runsPerProcess
    this.#slots = Array.from({ length: jobs }, () => ({ worker: null, mark: '', runs: 0 }))
    this.#idle = [...this.#slots]
  }

  /** Calls `run(send)` for each item, several at a time. `send(message, limit)` resolves with the answer; `limit` is ms of CPU time. */
  async forEach(items, run) {
    const queue = [...items]
    await Promise.all(
      this.#idle.map(async slot => {
        for (let item = queue.shift(); item !== undefined; item = queue.shift())
          await run(item, (message, limit) => this.#send(slot, message, limit))
      }),
    )
  }

  close() {
    for (const slot of this.#slots) this.#end(slot)
  }

  /** Resolves with `{ status: 'timeout' }` if the process exits, or uses more CPU time than `limit`. */
  async #send(slot, message, limit) {
    if (slot.worker === null) this.#start(slot)
    const { worker } = slot
    const answer = await new Promise(resolve => {
      const finish = result => {
        clearInterval(timer)
        worker.removeAllListeners('message').removeAllListeners('exit')
        resolve(result)
      }
      const timer = watchTime(worker.pid, limit, () => finish(null))
      // tap sends messages of its own to a parent process.
      worker.on('message', ({ result }) => result && finish(result)).once('exit', () => finish(null))
      worker.send(message)
    })
    if (answer === null || ++slot.runs >= this.#runsPerProcess) this.#end(slot)
    return answer ?? { status: 'timeout' }
  }

  #start(slot) {
    slot.mark = join(this.#folder, String(++this.#count), 'state')
    mkdirSync(slot.mark, { recursive: true })
    slot.runs = 0
    slot.worker = fork(WORKER, {
      stdio: ['ignore', 'ignore', process.env.MUTATE_DEBUG ? 'inherit' : 'ignore', 'ipc'],
      execArgv: [],
      env: {
        ...process.env,
        TAP_TIMEOUT: '0',
        XDG_STATE_HOME: slot.mark,
        PATH: `${process.env.PATH}${delimiter}${slot.mark}`,
      },
    })
    // A message to a process that has just exited: its 'exit' event follows.
    slot.worker.on('error', () => {})
  }

  #end(slot) {
    if (slot.worker === null) return
    slot.worker.kill('SIGKILL')
    killMarked(slot.mark)
    slot.worker = null
  }
}

/** Calls `onLimit` when the process has used `limit` ms of CPU time, or has been at it for ten times as long. */
function watchTime(pid, limit, onLimit) {
  const start = performance.now()
  const cpuAtStart = cpuTime(pid)
  return setInterval(() => {
    const elapsed = performance.now() - start
    const cpu = cpuTime(pid)
    if (elapsed > limit * 10 || (elapsed > limit && (cpu === null || cpu - cpuAtStart > limit))) onLimit()
  }, 500)
}

function cpuTime(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
  } catch {
    return null
  }
}
