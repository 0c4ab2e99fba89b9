/** The loop: input → step → perform. The worker first, then every extension, then the watcher itself. */
import { postponed, step } from '../core/machine.js'
import type { Input } from '../core/model.js'
import { Storm } from '../core/storm.js'
import type { WatcherConfig } from '../wire/commands.js'
import type { WatcherEvent } from '../wire/events.js'
import { askWhetherGone } from './adopted.js'
import { type Context, isSwept, type Ports, type Supervised } from './context.js'
import { pastDeadline } from './deadline.js'
import { renewDue } from './due.js'
import { Escapes } from './escapes.js'
import { Inquests } from './inquests.js'
import { isLeft } from './leave.js'
import { perform } from './perform.js'
import { GAP_MS, SelfWatch } from './self.js'
import { release } from './spawn.js'
import { surrounded } from './storm.js'
import { Thrift } from './thrift.js'
import { voidOpen, watch } from './watch.js'

/** While its group is being swept, a child is asked this often whether anything is left. */
const SWEEP_LOOK_MS = 50

export class Loop implements Context {
  readonly ports: Ports
  readonly config: WatcherConfig
  /** In order of start. */
  readonly roster = new Map<string, Supervised>()
  readonly self: SelfWatch
  readonly thrift: Thrift
  readonly escapes: Escapes = new Escapes(this, at => void (at < this.#dueAt && this.#ringAt(at)))
  readonly storm: Storm
  readonly inquests: Inquests = new Inquests(this)
  /** Are `sample` events wanted? */
  sampling = false
  readonly #onFatal: (code: number, reason: string) => void
  readonly #waiting = new Set<() => void>()
  #dueAt = Infinity

  constructor(config: WatcherConfig, ports: Ports, onFatal: (code: number, reason: string) => void) {
    this.config = config
    this.ports = ports
    this.#onFatal = onFatal
    const { clock, sampler } = ports
    this.thrift = new Thrift(config.overhead, sampler.quickestMs, clock.now(), () => sampler.self().threadMs)
    this.storm = new Storm(config.respawnsPerMinute, config.killsPerMinute)
    this.self = new SelfWatch(this, config)
  }

  /** One input for one child: the table decides, the effects are performed, whoever waits is asked again. */
  feed(supervised: Supervised, input: Input): void {
    const before = supervised.child
    const at = this.ports.clock.now()
    const [after, effects] = surrounded(this, supervised, step(before, input, at, supervised.config.policy), at)
    supervised.child = after
    if (before.pid !== null && after.pid !== before.pid) release(this, supervised, before.pid, before.life)
    for (const effect of effects) this.survive(() => perform(this, supervised, effect, before), supervised)
    this.survive(() => this.inquests.settle(supervised), supervised)
    // A rung's time counts from when its signal was sent, however long this thread was kept from sending it.
    if (after.phase === 'down') this.#stayedDown(supervised)
    const isNewDeadline = supervised.child === after && after.deadline !== before.deadline
    if (isNewDeadline) supervised.child = postponed(after, this.ports.clock.now() - at)
    for (const ask of [...this.#waiting]) ask()
    this.arm(supervised)
  }

  emit(event: WatcherEvent): void {
    if ('life' in event && event.type !== 'sample') this.roster.get(event.child)?.recorder.tell(event)
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

  /** One timer for everything that is due. Whatever became due later than it rings is found out then. */
  arm(supervised: Supervised): void {
    renewDue(supervised, this.thrift.pace.quickest)
    if (supervised.due.by < this.#dueAt) this.#ringAt(supervised.due.by)
  }

  /** The timer anew, for whoever is next. */
  rearm(): void {
    let due = Math.min(this.self.dueAt, this.escapes.dueAt)
    for (const supervised of this.roster.values()) due = Math.min(due, supervised.due.by)
    this.#ringAt(due)
  }

  #ringAt(due: number): void {
    this.#dueAt = Math.max(due, this.ports.clock.now())
    this.ports.clock.alarm(this.#dueAt === Infinity ? null : this.#dueAt, () => this.#wake())
  }

  #wake(): void {
    const wokeAt = this.ports.clock.now()
    const lateMs = Math.max(0, wokeAt - this.#dueAt)
    const gap = lateMs >= GAP_MS
    if (gap) this.survive(() => this.#afterGap(lateMs))
    for (const supervised of this.roster.values()) {
      if (supervised.due.from <= wokeAt) this.#attend(supervised, gap ? 0 : lateMs)
    }
    this.survive(() => this.escapes.attend(wokeAt))
    this.survive(() => this.self.attend(lateMs))
    this.thrift.woke(wokeAt, this.ports.clock.now())
    this.rearm()
  }

  #attend(supervised: Supervised, lateMs: number): void {
    try {
      const now = this.ports.clock.now()
      if (now >= (supervised.child.deadline ?? Infinity)) pastDeadline(this, supervised, now)
      watch(this, supervised, lateMs)
      if (now >= supervised.askAt) askWhetherGone(this, supervised, now)
      if (isSwept(supervised) && now >= supervised.sweepAt) this.#sweep(supervised, now)
    } catch (error) {
      this.fault(error, supervised)
    }
    this.arm(supervised)
  }

  /** One that was adopted is nobody's any more. */
  #stayedDown({ config }: Supervised): void {
    if (config.kind === 'adopted') this.roster.delete(config.name)
    if (config.kind === 'worker' && this.config.endWithWorker) this.shutdown(0, 'the worker has ended')
  }

  #sweep(supervised: Supervised, now: number): void {
    supervised.sweepAt = now + SWEEP_LOOK_MS
    if (!isLeft(this, supervised)) this.feed(supervised, { type: 'cleared' })
  }

  #afterGap(lateMs: number): void {
    const reason = this.self.gapReason(lateMs)
    for (const supervised of this.roster.values()) {
      voidOpen(this, supervised, reason, lateMs)
      this.arm(supervised)
    }
  }
}
