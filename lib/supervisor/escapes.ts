/**
 * What a life has left behind: processes that no group, session or parent relates to it any more, only the mark in their
 * environment. They get SIGTERM, and SIGKILL when their time is up, by identity; then it is asked again, until nobody is left.
 */
import { formatMs } from '../core/units.js'
import type { EscapedLife, Identity } from '../os/ports.js'
import type { Context, Supervised } from './context.js'

const LOOK_MS = 50
/** Beyond their time: for SIGKILL to take effect. Nobody is waited for longer. */
const GRACE_MS = 5_000
const LONGEST_WAIT_MS = 15_000

/** One life that has ended, until nothing of it is left. */
interface Aftermath {
  readonly child: string
  readonly pid: number
  readonly life: number
  readonly escaped: EscapedLife
  readonly delay: number
  /** Since its first ones were found. */
  killAt: number
  giveUpAt: number
  /** Infinity: it is being asked who is left. */
  lookAt: number
  left: readonly Identity[]
  readonly told: Set<string>
  readonly killed: Set<string>
}

const keyOf = ({ pid, start }: Identity) => `${pid}:${start}`

export class Escapes {
  readonly #context: Context
  readonly #ringAt: (at: number) => void
  readonly #lives = new WeakMap<Supervised, EscapedLife>()
  readonly #open = new Set<Aftermath>()
  readonly #waiting = new Set<() => void>()

  /** `ringAt`: `attend` is wanted at that moment. */
  constructor(context: Context, ringAt: (at: number) => void) {
    this.#context = context
    this.#ringAt = ringAt
  }

  get dueAt(): number {
    return Math.min(Infinity, ...[...this.#open].map(({ lookAt }) => lookAt))
  }

  began(supervised: Supervised, mark: string): void {
    this.#lives.set(supervised, { mark, since: supervised.probe?.start || '0' })
  }

  /** Nothing is left of it that could be told from outside. One that is its one process may have left whom it likes. */
  ended(supervised: Supervised, pid: number, life: number): void {
    const escaped = this.#lives.get(supervised)
    this.#lives.delete(supervised)
    const { name, tree, policy } = supervised.config
    if (escaped === undefined || !tree) return
    const times = { delay: policy.forcedShutdownDelay, killAt: Infinity, giveUpAt: Infinity, lookAt: Infinity }
    this.#ask({ child: name, pid, life, escaped, ...times, left: [], told: new Set(), killed: new Set() })
  }

  attend(now: number): void {
    for (const one of this.#open) if (one.lookAt <= now) this.#look(one, now)
  }

  /** Settles when nobody is left of that child, or of any. */
  settled(child?: string): Promise<void> {
    const isOpen = () => [...this.#open].some(one => child === undefined || one.child === child)
    return new Promise(resolve => {
      const ask = () => {
        if (isOpen()) return
        this.#waiting.delete(ask)
        resolve()
      }
      this.#waiting.add(ask)
      ask()
    })
  }

  #ask(one: Aftermath): void {
    this.#open.add(one)
    one.lookAt = Infinity
    const { ports } = this.#context
    ports.escapees.find(one.escaped, found => this.#context.survive(() => this.#found(one, found)))
  }

  #found(one: Aftermath, found: readonly Identity[]): void {
    if (found.length === 0) {
      this.#close(one)
      return
    }
    const now = this.#context.ports.clock.now()
    if (one.killAt === Infinity) {
      one.killAt = now + one.delay
      one.giveUpAt = now + Math.min(one.delay, LONGEST_WAIT_MS) + GRACE_MS
    }
    one.left = found
    this.#look(one, now)
  }

  #look(one: Aftermath, now: number): void {
    const { escapees } = this.#context.ports
    one.left = one.left.filter(process => escapees.isSame(process))
    if (now >= one.giveUpAt) this.#giveUp(one)
    else if (one.left.length === 0) this.#ask(one)
    else this.#goOn(one, now)
  }

  #goOn(one: Aftermath, now: number): void {
    if (now >= one.killAt) this.#press(one, 'kill', one.killed, ['SIGKILL'])
    // A stopped process hears SIGTERM only after SIGCONT.
    else this.#press(one, 'terminate', one.told, ['SIGTERM', 'SIGCONT'])
    one.lookAt = now + LOOK_MS
    this.#ringAt(one.lookAt)
  }

  #press(one: Aftermath, type: 'terminate' | 'kill', before: Set<string>, signals: readonly NodeJS.Signals[]): void {
    const fresh = one.left.filter(process => !before.has(keyOf(process)))
    if (fresh.length === 0) return
    const { ports } = this.#context
    for (const process of fresh) {
      before.add(keyOf(process))
      for (const signal of signals) if (ports.escapees.isSame(process)) ports.signals.one(process.pid, signal)
    }
    const { child, pid, life } = one
    const message = `${tell(one, fresh)} gets ${signals[0]}`
    this.#context.emit({ type, at: ports.clock.wall(), child, pid, life, message })
  }

  #giveUp(one: Aftermath): void {
    const { ports } = this.#context
    const message = `${tell(one, one.left)} is still there ${formatMs(GRACE_MS)} after its time was up`
    this.#context.emit({ type: 'fault', at: ports.clock.wall(), child: one.child, message })
    this.#close(one)
  }

  #close(one: Aftermath): void {
    this.#open.delete(one)
    for (const ask of [...this.#waiting]) ask()
  }
}

function tell({ child, life }: Aftermath, processes: readonly Identity[]): string {
  const pids = processes.map(({ pid }) => pid).join(', ')
  return `what life ${life} of ${child} left behind (${pids || 'others again and again'})`
}
