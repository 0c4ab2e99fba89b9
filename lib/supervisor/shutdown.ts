/** The end of the watcher: every child stopped and reaped, then the guard, then main is told. */
import type { ShutdownReport } from '../wire/commands.js'
import type { Supervised } from './context.js'
import type { Loop } from './loop.js'

export class Shutdown {
  readonly #loop: Loop
  #report: ShutdownReport | null = null
  #ended: Promise<ShutdownReport> | null = null

  constructor(loop: Loop) {
    this.#loop = loop
  }

  get begun(): boolean {
    return this.#ended !== null
  }

  /** Asked for: in reverse order of start, each gone before the next is told. */
  inOrder(code: number, reason: string): Promise<ShutdownReport> {
    this.#ended ??= this.#end(code, reason, async () => {
      for (const supervised of this.#latestFirst()) await this.takeDown(supervised)
    })
    return this.#ended
  }

  /** The host is ending and cannot wait for one after the other. Overtakes a shutdown in order. */
  atOnce(code: number, reason: string): Promise<ShutdownReport> {
    const gone = this.#latestFirst().map(supervised =>
      this.takeDown(
        supervised,
        Math.min(supervised.config.policy.stopTimeout, supervised.config.policy.forcedShutdownDelay),
      ),
    )
    this.#ended ??= this.#end(code, reason, () => Promise.all(gone))
    return this.#ended
  }

  /** Given up, unhealthy, or a child that SIGKILL did not end: everything is stopped, and the host told or ended. */
  fatal(code: number, reason: string): void {
    if (this.#report !== null) {
      // That the worker has ended is what was wanted.
      if (code !== 0) this.#report = { code, reason }
      return
    }
    const { ports, config } = this.#loop
    void this.inOrder(code, reason).then(report => {
      if (config.onShutdown === 'exit') ports.endHost(report.reason)
    })
  }

  /** Settles when the child is gone; one that SIGKILL did not end is not waited for. */
  takeDown(supervised: Supervised, within = supervised.config.policy.stopTimeout): Promise<void> {
    this.#loop.feed(supervised, { type: 'stop', within })
    return this.#loop.until(() => supervised.child.phase === 'down' || supervised.stuck)
  }

  #latestFirst(): Supervised[] {
    return [...this.#loop.roster.values()].filter(({ config }) => !config.keep).reverse()
  }

  async #end(code: number, reason: string, allDown: () => Promise<unknown>): Promise<ShutdownReport> {
    this.#report = { code, reason }
    const { ports } = this.#loop
    await allDown()
    await this.#loop.escapes.settled()
    await this.#loop.inquests.settled()
    await Promise.all([ports.guard.close(), ports.proportions.close(), ports.forensics.close()])
    ports.clock.alarm(null, () => {})
    const report = this.#report
    const message = `everything is stopped: ${report.reason}`
    this.#loop.emit({ type: 'shutdown', at: ports.clock.wall(), ...report, message })
    return report
  }
}
