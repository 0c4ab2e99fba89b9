/** Everything that the demo heard from the watcher, and when. What is shown and what is judged is read from here. */
export class Ledger {
  startedAt = Date.now()
  /** When the host's main thread was blocked: { from, to }, once it was. */
  block = null
  isBlocking = false
  /** When the end was asked for. */
  stoppedAt = null
  /** In the order heard, samples left out: { event, heardAt }. */
  entries = []
  /** Why they died: told of each death when its story has been written. */
  incidents = []
  /** The latest sample of each child. */
  samples = new Map()
  pids = new Set()

  hear(event) {
    if (event.pid) this.pids.add(event.pid)
    if (event.type === 'sample') this.samples.set(event.child, event)
    else if (event.type === 'incident') this.incidents.push(event)
    else this.entries.push({ event, heardAt: Date.now() })
  }

  /** What happened to a child, of the types named, or all of it. */
  of(child, ...types) {
    return this.events().filter(event => event.child === child && (types.length === 0 || types.includes(event.type)))
  }

  events() {
    return this.entries.map(({ event }) => event)
  }

  /** What the watcher saw and did while the main thread could not hear of it. */
  duringBlock() {
    const { block } = this
    if (block === null) return []
    return this.entries.filter(({ event }) => event.at > block.from && event.at < block.to)
  }

  /** One life of a child, from its spawn to its exit. */
  life(child, life) {
    return this.of(child).filter(event => event.life === life)
  }

  lives(child) {
    return this.of(child, 'spawn').length
  }

  /** Seconds since the demo began, as `12.3`. */
  clock(at) {
    return ((at - this.startedAt) / 1000).toFixed(1)
  }
}
