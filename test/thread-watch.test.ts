/** Main's watch over the watcher thread, in a world in which time passes when the test says so. */
import t from 'tap'
import type { Lateness } from '../lib/core/lateness.js'
import type { Pulse, Writable } from '../lib/core/samples.js'
import { ThreadWatch } from '../lib/thread-watch.js'

class World {
  now = 0
  answers: boolean
  held = false
  answered = 0
  readonly asked: number[] = []
  readonly hung: Lateness[] = []
  readonly pulse: Writable<Pulse> = { at: 0, ranMs: 0, waitMs: 0, state: 'S' }
  isReadable = true
  wakes = 0
  readonly watch: ThreadWatch
  #alarm: { at: number; wake: () => void } | null = null

  constructor(limit: number, answers = true) {
    this.answers = answers
    const alarm = (at: number | null, wake: () => void) => {
      this.#alarm = at === null ? null : { at, wake }
    }
    const clock = { now: () => this.now, wall: () => 0, alarm }
    this.watch = new ThreadWatch(limit, clock, {
      ask: seq => {
        this.asked.push(this.now)
        if (this.answers) this.answered = seq
      },
      answered: () => this.answered,
      pulse: () => (this.isReadable ? { ...this.pulse, at: this.now } : null),
      isHeld: () => this.held,
      hung: late => this.hung.push(late),
    })
    this.watch.start()
  }

  /** `doing` is what the thread does with each ms. */
  pass(ms: number, doing: (pulse: Writable<Pulse>, ms: number) => void = () => {}): void {
    for (const until = this.now + ms; this.now < until; this.now += 10) {
      doing(this.pulse, 10)
      this.#ring()
    }
  }

  /** Time in which main does not come to anything. */
  gap(ms: number): void {
    this.now += ms
    this.#ring()
  }

  #ring(): void {
    if (this.#alarm === null || this.#alarm.at > this.now) return
    const { wake } = this.#alarm
    this.#alarm = null
    this.wakes++
    wake()
  }
}

const LIMIT = 30_000
const spins = (pulse: Writable<Pulse>, ms: number) => {
  pulse.ranMs += ms
  pulse.state = 'R'
}
const starves = (pulse: Writable<Pulse>) => {
  pulse.state = 'R'
}
/** Waits that the kernel books. */
const waits = (pulse: Writable<Pulse>, ms: number) => {
  pulse.waitMs = (pulse.waitMs ?? 0) + ms
}

t.test('a thread that answers is asked each 5 s, and nothing else is done', async t => {
  const world = new World(LIMIT)
  world.pass(60_000)
  t.equal(world.asked.length, 12)
  t.equal(world.wakes, 11)
  t.strictSame(world.hung, [])
})

t.test('one that does not is hung when its own time is up, and not before', async t => {
  for (const [doing, hang] of [
    [() => {}, 'blocked'],
    [spins, 'spinning'],
  ] as const) {
    const world = new World(LIMIT, false)
    world.pass(LIMIT - 1000, doing)
    t.strictSame(world.hung, [])
    world.pass(2000, doing)
    t.match(world.hung, [{ hang, own: LIMIT }])
    world.pass(LIMIT * 2, doing)
    t.equal(world.hung.length, 1, 'it is said once')
  }
})

t.test('for want of a processor nobody is hung, whether the kernel books the wait or not', async t => {
  for (const doing of [waits, starves]) {
    const world = new World(LIMIT, false)
    world.pass(LIMIT * 10, doing)
    t.strictSame(world.hung, [])
  }
})

t.test('a main that was late itself begins anew', async t => {
  const world = new World(LIMIT, false)
  world.pass(LIMIT - 2000)
  world.gap(LIMIT)
  t.equal(world.asked.at(-1), world.now)
  world.pass(LIMIT - 1000)
  t.strictSame(world.hung, [])
  world.pass(2000)
  t.equal(world.hung.length, 1)
})

t.test('so does whoever a debugger may hold, as long as it may', async t => {
  const world = new World(LIMIT, false)
  world.held = true
  world.pass(LIMIT * 4)
  t.strictSame(world.hung, [])
  world.held = false
  world.pass(LIMIT + 6000)
  t.equal(world.hung.length, 1)
})

t.test('what cannot be read at one moment is asked for again', async t => {
  const world = new World(LIMIT, false)
  world.isReadable = false
  world.pass(LIMIT * 2)
  t.strictSame([world.asked.length, world.hung.length], [1, 0])
  world.isReadable = true
  world.pass(LIMIT + 6000)
  t.equal(world.hung.length, 1)
})

t.test('where nothing is told of threads, all time is its own, but for main’s gaps', async t => {
  const world = new World(2000, false)
  Object.assign(world.pulse, { waitMs: null, state: '?' })
  world.pass(1500)
  world.gap(2000)
  t.strictSame(world.hung, [])
  world.pass(2500)
  t.match(world.hung, [{ hang: 'blocked' }])
})

t.test('off: nobody asks; stopped: nobody asks any more', async t => {
  const off = new World(Number.POSITIVE_INFINITY)
  off.pass(LIMIT)
  t.strictSame(off.asked, [])
  const stopped = new World(LIMIT)
  stopped.watch.stop()
  stopped.pass(LIMIT)
  t.strictSame(stopped.asked, [0])
})
