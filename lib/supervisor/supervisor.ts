/** What main may ask of the watcher, over the loop that does it. */
import type { ChildConfig, Commands, ShutdownReport, StatusRow, WatcherConfig } from '../wire/commands.js'
import type { ErrorCode, Reply } from '../wire/errors.js'
import { type Ports, type Supervised, supervise } from './context.js'
import { Loop } from './loop.js'
import { pass } from './pass.js'
import { Shutdown } from './shutdown.js'
import { exited } from './spawn.js'
import { rowOf, rowOfSelf } from './status.js'

const DONE: Reply<null> = { ok: true, value: null }
const failure = (code: ErrorCode, message: string): Reply<never> => ({ ok: false, error: { code, message } })
const closed = () => failure('ERR_OSQWATCH_CLOSED', 'the watcher has been stopped')
const unknown = (name: string) => failure('ERR_OSQWATCH_UNKNOWN_CHILD', `no child '${name}' is supervised`)

/** Adopted while the thread was replaced: it stands in the new one's list, and is told to it as well. */
function isSameAdopted({ run }: ChildConfig, other: ChildConfig): boolean {
  return (
    run.type === 'adopted' && other.run.type === 'adopted' && run.pid === other.run.pid && run.start === other.run.start
  )
}

export class Supervisor implements Commands {
  readonly #loop: Loop
  readonly #shutdown: Shutdown
  readonly #openedAt: number

  constructor(config: WatcherConfig, ports: Ports) {
    this.#loop = new Loop(config, ports, (code, reason) => this.#shutdown.fatal(code, reason))
    this.#shutdown = new Shutdown(this.#loop)
    this.#openedAt = ports.clock.now()
    // What is asked before the start, as when a thread was replaced, finds them; and nobody is begun twice.
    for (const child of config.children) this.#enter(child)
  }

  async start(): Promise<Reply<null>> {
    if (this.#shutdown.begun) return closed()
    for (const supervised of this.#loop.roster.values()) {
      if (this.#shutdown.begun) break
      if (supervised.child.life === 0) this.#loop.feed(supervised, { type: 'start' })
      // A turn of microtasks, and the guard knows it, before the next one is spawned: the host may be killed at any time.
      await null
    }
    this.#loop.rearm()
    return DONE
  }

  async add(config: ChildConfig): Promise<Reply<null>> {
    if (this.#shutdown.begun) return closed()
    const known = this.#loop.roster.get(config.name)
    if (known !== undefined && !isSameAdopted(known.config, config)) {
      return failure('ERR_OSQWATCH_DUPLICATE_CHILD', `a child '${config.name}' is supervised already`)
    }
    const supervised = known ?? this.#enter(config)
    this.#loop.feed(supervised, { type: 'start' })
    const reply = await this.#begun(supervised)
    if (!reply.ok) this.#loop.roster.delete(config.name)
    return reply
  }

  async remove(name: string): Promise<Reply<null>> {
    const supervised = this.#loop.roster.get(name)
    if (supervised === undefined) return unknown(name)
    await this.#shutdown.takeDown(supervised)
    await this.#loop.escapes.settled(name)
    this.#loop.roster.delete(name)
    this.#loop.ports.forensics.forget(name)
    return DONE
  }

  async restart(name: string): Promise<Reply<null>> {
    if (this.#shutdown.begun) return closed()
    const supervised = this.#loop.roster.get(name)
    if (supervised === undefined) return unknown(name)
    if (supervised.config.kind === 'adopted') {
      return failure('ERR_OSQWATCH_ADOPTED', `'${name}' was adopted: it cannot be started again from here`)
    }
    const { life } = supervised.child
    this.#loop.feed(supervised, { type: 'restart' })
    await this.#loop.until(() => supervised.child.life > life || supervised.child.phase === 'down')
    return this.#begun(supervised)
  }

  status(): Reply<StatusRow[]> {
    const now = this.#loop.ports.clock.now()
    const rows = [...this.#loop.roster.values()].map(supervised => rowOf(this.#loop, supervised))
    const own = rowOfSelf(this.#loop.self.self, this.#loop.config.policy, this.#openedAt, now, this.#shutdown.begun)
    return { ok: true, value: [...rows, own] }
  }

  async stop(): Promise<Reply<ShutdownReport>> {
    return { ok: true, value: await this.#shutdown.inOrder(0, 'stop requested') }
  }

  /** The host is ending: everything down at once. */
  hurry(): Promise<ShutdownReport> {
    return this.#shutdown.atOnce(0, 'the host is ending')
  }

  ended(name: string, pid: number, code: number | null, signal: string | null): Reply<null> {
    const supervised = this.#loop.roster.get(name)
    const isIt = supervised?.config.kind === 'adopted' && supervised.child.pid === pid
    if (isIt) exited(this.#loop, supervised, code, signal)
    return DONE
  }

  pass(name: string, signal: NodeJS.Signals, within: number | null, send: boolean): Reply<null> {
    const supervised = this.#loop.roster.get(name)
    if (supervised === undefined) return unknown(name)
    pass(this.#loop, supervised, signal, within, send)
    return DONE
  }

  sampling(on: boolean): Reply<null> {
    this.#loop.sampling = on
    return DONE
  }

  fault(error: unknown): void {
    this.#loop.fault(error)
  }

  #enter(config: ChildConfig): Supervised {
    const supervised = supervise(config, this.#loop.roster.size)
    this.#loop.roster.set(config.name, supervised)
    return supervised
  }

  /** Its life has begun, or it is known why it cannot. */
  async #begun(supervised: Supervised): Promise<Reply<null>> {
    await this.#loop.until(() => supervised.child.phase !== 'starting')
    const { phase } = supervised.child
    if (phase !== 'down' || supervised.spawnFailure === null) return DONE
    return failure('ERR_OSQWATCH_SPAWN', supervised.spawnFailure)
  }
}
