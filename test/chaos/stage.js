/** Where the faults are made: the present host, its children by name, and the next host when one has ended. */
import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CAST, EXTRAS } from './cast.js'
import { Host } from './hosts.js'
import { look, signal } from './proc.js'

const SCRIPT = fileURLToPath(new URL('./host.js', import.meta.url))
const START_MS = 60_000
/** A guard that was killed is replaced by then. */
const REPLACED_MS = 2000
/** One of main's, one of the thread's. */
const GUARDS = 2

export class Stage {
  hosts = []
  #given
  #later = new Set()
  #guardsKilledAt = Number.NEGATIVE_INFINITY

  /** `given`: run, folder, observer, breach, log. */
  constructor(given) {
    this.#given = given
  }

  get host() {
    return this.hosts.at(-1)
  }

  async open() {
    const { observer, breach } = this.#given
    const host = new Host({ ...this.#given, n: this.hosts.length, script: SCRIPT })
    this.hosts.push(host)
    observer.watch(host)
    const isOpen = await Promise.race([
      host.opened.then(() => true),
      host.ended.then(() => true),
      delay(START_MS, false, { ref: false }),
    ])
    if (!isOpen) breach('a host did not start', [])
    void host.ended.then(() => {
      if (!host.isToEnd && host.closed === null) breach(`the host ended by itself: ${host.end}`, [])
    })
  }

  /** Names that a fault may strike. */
  targets(strikes) {
    if (strikes.includes('host')) return [{ name: 'host', kind: 'host' }]
    return strikes.includes('extra') ? EXTRAS : [...CAST, ...EXTRAS].filter(({ kind }) => strikes.includes(kind))
  }

  ask(word, how) {
    this.host.ask(word, how)
  }

  together(orders) {
    for (const [word, how] of orders) this.ask(word, how)
  }

  signal(name, what) {
    const leader = this.#given.observer.leader(this.host, name)
    if (leader !== undefined) signal(leader, what)
    return leader
  }

  signalOne(person, what) {
    signal(person, what)
  }

  signalAll(name, what) {
    const { observer } = this.#given
    const leader = observer.leader(this.host, name)
    if (leader === undefined) return
    for (const one of observer.people.values()) if (one.session === leader.pid) signal(one, what)
  }

  order(name, text) {
    const leader = this.#given.observer.leader(this.host, name)
    if (leader === undefined) return
    writeFileSync(`${this.#given.folder}/orders/${leader.pid}`, `${text}\n`)
    signal(leader, 'SIGUSR2')
  }

  killGuards() {
    this.#guardsKilledAt = performance.now()
    for (const guard of this.#guards()) signal(guard, 'SIGKILL')
  }

  /** The function that lets them go on. */
  stopGuards() {
    const guards = this.#guards()
    for (const guard of guards) signal(guard, 'SIGSTOP')
    return () => {
      for (const guard of guards) signal(guard, 'SIGCONT')
    }
  }

  /** What has to be done at its time, whatever else happens. */
  later(ms, act) {
    const done = delay(ms).then(act)
    this.#later.add(done)
    void done.then(() => this.#later.delete(done))
  }

  /** The function that lets it go on. */
  stopHost() {
    const { host } = this
    host.signal('SIGSTOP')
    return () => host.signal('SIGCONT')
  }

  killHost() {
    return this.endHost(host => host.signal('SIGKILL'))
  }

  /** `act` makes it end; then there is a new one. */
  async endHost(act) {
    const { host } = this
    host.isBereft = this.#isBereft()
    act(host)
    await host.ended
    await this.open()
    if (host.isBereft) host.endedAt = performance.now()
  }

  /** A host that has given up its thread has stopped everything: the next one, please. */
  async renew() {
    if (this.host.endedAt === null && this.host.closed === null) return
    if (this.host.endedAt === null) this.ask('leave')
    await this.host.ended
    await this.open()
  }

  settled() {
    return Promise.all(this.#later)
  }

  #isBereft() {
    const watching = this.#guards().filter(({ pid }) => ['S', 'R'].includes(look(pid)?.state))
    return performance.now() - this.#guardsKilledAt < REPLACED_MS || watching.length < GUARDS
  }

  #guards() {
    const { observer } = this.#given
    return observer.staff(this.host).filter(({ command }) => command.includes('osqwatch-guard'))
  }
}
