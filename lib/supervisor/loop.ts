/** The loop: input → step → perform. The worker first, then every extension, then the watcher itself. */
import { postponed, step } from '../core/machine.js'
import type { Input } from '../core/model.js'
import type { WatcherConfig } from '../wire/commands.js'
import type { WatcherEvent } from '../wire/events.js'
import { type Context, dueAt, isSwept, type Ports, type Supervised } from './context.js'
import { perform } from './perform.js'
import { GAP_MS, SelfWatch } from './self.js'
import { voidOpen, watch } from './watch.js'

/** While its group is being swept, a child is asked this often whether anything is left. */
const SWEEP_LOOK_MS = 50

export class Loop implements Context {
  readonly ports: Ports
  readonly config: WatcherConfig
  /** In order of start. */
  readonly roster = new Map<string, Supervised>()
  readonly self: SelfWatch
  /** Are `sample` events wanted? */
  sampling = false
  readonly #onFatal: (code: number, reason: string) => void
  readonly #waiting = new Set<() => void>()
  #dueAt = Infinity

  constructor(config: WatcherConfig, ports: Ports, onFatal: (code: number, reason: string) => void) {
    this.config = config
    this.ports = ports
    this.#onFatal = onFatal
    this.self = new SelfWatch(this, config)
  }

  /** One input for one child: the table decides, the effects are performed, whoever waits is asked again. */
  feed(supervised: Supervised, input: Input): void {
    const before = supervised.child
    const at = this.ports.clock.now()
    const [after, effects] = step(before, input, at, supervised.config.policy)
    supervised.child = after
    if (before.pid !== null && after.pid !== before.pid) this.#release(supervised, before.pid)
    for (const effect of effects) this.survive(() => perform(this, supervised, effect, before), supervised)
    // A rung's time counts from when its signal was sent, however long this thread was kept from sending it.
    const isNewDeadline = supervised.child === after && after.deadline !== before.deadline
    if (isNewDeadline) supervised.child = postponed(after, this.ports.clock.now() - at)
    for (const ask of [...this.#waiting]) ask()
    this.arm()
  }

  emit(event: WatcherEvent): void {
    this.ports.emit(event)
  }

  shutdown(code: number, reason: string): void {
    this.#onFatal(code, reason)
  }

  /** Settles once `holds` does; asked again after every input. */
  until(holds: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const ask = () => {
        if (!holds()) return
        this.#waiting.delete(ask)
        resolve()
      }
      this.#waiting.add(ask)
      ask()
    })
  }

  /** Nothing that goes wrong in here may end the thread: its children would be nobody's. */
  survive(act: () => void, supervised?: Supervised): void {
    try {
      act()
    } catch (error) {
      this.fault(error, supervised)
    }
  }

  fault(error: unknown, supervised?: Supervised): void {
    const story = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const whose = supervised && { child: supervised.child.name }
    this.emit({
      type: 'fault',
      at: this.ports.clock.wall(),
      ...whose,
      message: `the watcher survived a fault: ${story}`,
    })
  }

  /** One timer for everything that is due. */
  arm(): void {
    const due = Math.min(this.self.dueAt, ...[...this.roster.values()].map(dueAt))
    this.#dueAt = Math.max(due, this.ports.clock.now())
    this.ports.clock.alarm(this.#dueAt === Infinity ? null : this.#dueAt, () => this.#wake())
  }

  #wake(): void {
    const lateMs = Math.max(0, this.ports.clock.now() - this.#dueAt)
    const gap = lateMs >= GAP_MS
    if (gap) this.survive(() => this.#afterGap(lateMs))
    for (const supervised of this.roster.values()) {
      this.survive(() => this.#attend(supervised, gap ? 0 : lateMs), supervised)
    }
    this.survive(() => this.self.attend(lateMs))
    this.arm()
  }

  #attend(supervised: Supervised, lateMs: number): void {
    const now = this.ports.clock.now()
    if (now >= (supervised.child.deadline ?? Infinity)) this.feed(supervised, { type: 'deadline' })
    watch(this, supervised, lateMs)
    if (isSwept(supervised) && now >= supervised.sweepAt) this.#sweep(supervised, now)
  }

  #sweep(supervised: Supervised, now: number): void {
    supervised.sweepAt = now + SWEEP_LOOK_MS
    if (!this.ports.signals.groupAlive(supervised.child.pid as number)) this.feed(supervised, { type: 'cleared' })
  }

  #afterGap(lateMs: number): void {
    const reason = this.self.gapReason(lateMs)
    for (const supervised of this.roster.values()) voidOpen(this, supervised, reason, lateMs)
  }

  /** The life is over and nothing of it is left. */
  #release(supervised: Supervised, pid: number): void {
    for (const speaker of supervised.speakers.values()) speaker.probe?.close()
    supervised.speakers.clear()
    supervised.probe?.close()
    supervised.probe = null
    supervised.launched?.close()
    supervised.launched = null
    supervised.deferred = null
    this.ports.guard.forget(pid)
    this.ports.lives.clear(pid)
  }
}
