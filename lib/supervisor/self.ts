/** The watcher itself: is it late, is its heap near its end, does its host grow? */
import type { DeferReason, Policy } from '../core/model.js'
import { EXIT_CATASTROPHIC } from '../core/respawn.js'
import { formatBytes, formatMs } from '../core/units.js'
import type { SelfSample } from '../os/ports.js'
import type { WatcherConfig } from '../wire/commands.js'
import { type Context, settleMs } from './context.js'

const MB = 1024 * 1024
/** A wake-up later than this is a gap: the host was stopped, or the thread could not run. */
export const GAP_MS = 1000
const LATE_TICKS = 3
const HEAP_SHARE = 0.9

/** What is remembered of the looks at itself. */
export interface Self {
  readonly at: number
  readonly last: SelfSample
  /** Host's resident bytes at the first look; null before. */
  readonly baseline: number | null
  /** Late wake-ups in a row, net of the thread's own wait for a processor. */
  readonly lateTicks: number
  /** ms, of the last wake-up that was looked at */
  readonly lateness: number
  /** % of one core, of the watcher thread */
  readonly cpu: number
}

/** `lateMs` is how late this wake-up came. */
export function lookAtSelf(self: Self, sample: SelfSample, at: number, lateMs: number, policy: Policy): Self {
  const lateness = Math.max(0, lateMs - (sample.waitMs - self.last.waitMs))
  const lateTicks = lateness >= policy.heartbeatLimit ? self.lateTicks + 1 : 0
  const cpu = (100 * (sample.threadMs - self.last.threadMs)) / Math.max(1, at - self.at)
  return { last: sample, baseline: self.baseline ?? sample.rss, lateTicks, lateness, cpu, at }
}

/** Why the watcher is unhealthy; null: it is well. */
export function unhealthy(self: Self, policy: Policy): string | null {
  const { rss, heapUsed, heapLimit } = self.last
  const grown = Math.max(0, rss - (self.baseline ?? rss))
  if (grown > policy.memory)
    return `Memory limits exceeded: ${grown} bytes (limit is ${Math.floor(policy.memory / MB)}MB)`
  if (rss > policy.memoryTotal)
    return `host holds ${formatBytes(rss)}, memoryTotal is ${formatBytes(policy.memoryTotal)}`
  if (heapUsed > heapLimit * HEAP_SHARE)
    return `its heap is nearly full: ${formatBytes(heapUsed)} of ${formatBytes(heapLimit)}`
  if (self.lateTicks >= LATE_TICKS)
    return `its thread was late ${LATE_TICKS} times running, last by ${formatMs(self.lateness)}`
  return null
}

/** One look an interval, and one more at every wake-up that was itself too late. */
export class SelfWatch {
  readonly #context: Context
  readonly #config: WatcherConfig
  #told: string | null = null
  #dueAt: number
  self: Self

  constructor(context: Context, config: WatcherConfig) {
    this.#context = context
    this.#config = config
    const { sampler, clock } = context.ports
    this.#dueAt = clock.now() + settleMs(config.policy)
    this.self = { at: clock.now(), last: sampler.self(), baseline: null, lateTicks: 0, lateness: 0, cpu: 0 }
  }

  get dueAt(): number {
    return this.#dueAt
  }

  attend(lateMs: number): void {
    const { clock, forensics, sampler } = this.#context.ports
    const { policy } = this.#config
    const now = clock.now()
    if (now < this.#dueAt && lateMs < policy.heartbeatLimit) return
    this.#dueAt = now + settleMs(policy)
    this.self = lookAtSelf(this.self, sampler.self(), now, lateMs, policy)
    forensics.watchKernel()
    this.#tell(unhealthy(this.self, policy))
  }

  /** Told once until it recovers; where the host is ours to judge, that is the end. */
  #tell(reason: string | null): void {
    if (reason !== null && this.#told === null) {
      const message = `Watcher has become unhealthy: ${reason}`
      this.#context.emit({ type: 'unhealthy', at: this.#context.ports.clock.wall(), reason, message })
      if (this.#config.judgeHost && this.#config.policy.enforce) this.#context.shutdown(EXIT_CATASTROPHIC, message)
    }
    this.#told = reason
  }

  /** What kept this thread from waking in time: it computed, it waited for a processor, or time stood still for it. */
  gapReason(lateMs: number): DeferReason {
    const { threadMs, waitMs } = this.#context.ports.sampler.self()
    if (threadMs - this.self.last.threadMs >= lateMs / 2) return 'watcher-late'
    return waitMs - this.self.last.waitMs >= lateMs / 2 ? 'starved' : 'suspended'
  }
}
