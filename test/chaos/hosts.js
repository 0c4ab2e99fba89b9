/** A host as the one sees it who started it: its orders, what it tells, and what it says of who is supervised. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { isShadowed, markOf, ORDERS_ENV } from './cast.js'

/** No answer for this long: main is blocked, or the thread is being replaced. Then nobody is blamed for what is not told. */
const SILENT_MS = 1000
const LAST_EVENTS = 60
const ENDING = ['SIGKILL', 'SIGTERM']
/** It begins with few, so that it can run out of them. */
const DESCRIPTORS = 1024

/** A thread died, or a guard was lost, or the fault was made by the menu: all else that went wrong inside is a defect. */
const DEFECT = /TypeError|ReferenceError|RangeError|is not a function|of undefined|of null/
const MADE = /Cannot destructure property .* as it is null/
/** What an order may end with: that child is not there, or it is there already, or the thread died on the way. */
const REFUSALS = ['UNKNOWN_CHILD', 'DUPLICATE_CHILD', 'THREAD', 'SEND', 'CLOSED', 'SPAWN', 'ADOPT']

const isEnforced = ({ type, enforced, cause }) => type === 'warn' || (type === 'limit' && enforced) || cause === 'limit'

export class Host {
  endedAt = null
  /** Who it says is supervised: pid → name; and the phase of each name. */
  supervised = new Map()
  phases = new Map()
  zombiesTold = 0
  deathsTold = 0
  closed = null
  counts = { spawn: 0, kill: 0, limit: 0, fault: 0 }
  lastEvents = []
  stderr = []
  pending = new Map()
  /** Nobody outside of it would see its end: its guard has just been killed, or is stopped. The next start has to do it. */
  isBereft = false
  /** It was told to end. */
  isToEnd = false
  #answeredAt = Number.NEGATIVE_INFINITY
  #nextId = 1
  #process
  #breach

  constructor({ run, n, folder, script, breach, log = () => {} }) {
    this.n = n
    this.#breach = breach
    const path = `${process.env.PATH}:${markOf(run)}${n}`
    const env = {
      PATH: path,
      TMPDIR: folder,
      XDG_STATE_HOME: `${folder}/state`,
      [ORDERS_ENV]: `${folder}/orders`,
      CHAOS_LEDGER: `${folder}/ledger`,
    }
    this.#process = spawn('sh', ['-c', `ulimit -n ${DESCRIPTORS}; exec "$0" "$1"`, process.execPath, script], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.pid = this.#process.pid
    this.ended = new Promise(resolve => {
      this.#process.once('exit', (code, signal) => {
        this.endedAt = this.isBereft ? Number.POSITIVE_INFINITY : performance.now()
        this.end = signal ?? code
        resolve()
      })
    })
    this.opened = new Promise(resolve => {
      this.#open = resolve
    })
    createInterface({ input: this.#process.stdout }).on('line', line => {
      log(line)
      this.hear(JSON.parse(line))
    })
    createInterface({ input: this.#process.stderr }).on('line', line => {
      this.stderr.push(line)
      this.#breach('the host complains on stderr', [])
    })
    // EPIPE: it ended before it heard.
    this.#process.stdin.on('error', () => {})
  }

  #open

  /** Are its answers fresh, so that what it does not tell is not so? */
  isAnswering = () => this.endedAt === null && performance.now() - this.#answeredAt < SILENT_MS

  ask(word, how = {}) {
    const id = this.#nextId++
    this.isToEnd ||= word === 'leave'
    this.pending.set(id, { word, ...how, waitedMs: 0 })
    this.#process.stdin.write(`${JSON.stringify({ id, word, ...how })}\n`)
  }

  signal(name) {
    this.isToEnd ||= ENDING.includes(name)
    this.#process.kill(name)
  }

  hear(told) {
    if (told.type === 'status') return this.#hearStatus(told)
    if (told.type === 'done') return this.#hearDone(told)
    if (told.type === 'open') return this.#open()
    if (told.type === 'closed') this.closed = told.report
    if (told.type in this.counts) this.counts[told.type]++
    if (told.type === 'fault') this.#hearFault(told.message)
    if (isShadowed(told.child) && isEnforced(told))
      this.#breach(`no limit of ${told.child} is enforced: ${told.message}`)
    this.lastEvents.push({ at: Date.now(), message: JSON.stringify(told), ...told })
    if (this.lastEvents.length > LAST_EVENTS) this.lastEvents.shift()
  }

  #hearStatus({ rows }) {
    this.#answeredAt = performance.now()
    this.supervised = new Map(rows.filter(([, pid]) => pid !== null).map(([name, pid]) => [pid, name]))
    const before = this.phases
    this.phases = new Map(
      rows.map(([name, pid, phase]) => {
        const old = before.get(name)
        return [name, old?.phase === phase && old.pid === pid ? old : { phase, pid, lastedMs: 0 }]
      }),
    )
  }

  #hearDone({ id, error }) {
    const order = this.pending.get(id)
    this.pending.delete(id)
    if (error === undefined || REFUSALS.includes(String(error.code).replace('ERR_OSQWATCH_', ''))) return
    this.#breach(`an order failed: ${JSON.stringify(order)}: ${error.stack}`)
  }

  #hearFault(message) {
    if (message.startsWith('the watcher thread died')) this.deathsTold++
    this.zombiesTold += Number(/(\d+) of them stay as zombies/.exec(message)?.[1] ?? 0)
    if (DEFECT.test(message) && !MADE.test(message)) this.#breach(`the watcher met a defect of its own: ${message}`)
  }
}
