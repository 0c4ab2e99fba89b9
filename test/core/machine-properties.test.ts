import fc from 'fast-check'
import t from 'tap'
import { newborn, postponed, step } from '../../lib/core/machine.js'
import type { Child, Effect, Input, Policy } from '../../lib/core/model.js'
import { breach, policy } from './script.js'

/**
 * A world that obeys the machine's effects and adds misfortune: what a sequence of numbers picks. Some let time pass up to the
 * next deadline, some let it stand still, the others cause something. A process there is ends only by exit; SIGKILL ends it soon.
 */
class World {
  child: Child = newborn('x', 'worker')
  at = 0
  alive = false
  groupLeft = false
  readonly log: { at: number; effect: Effect; before: Child }[] = []

  constructor(readonly rules: Policy) {}

  feed(input: Input): void {
    const before = this.child
    const [next, effects] = step(before, input, this.at, this.rules)
    this.child = next
    // Whoever asked has sent the signal already.
    if (input.type === 'asked' && before.phase === 'up')
      this.log.push({ at: this.at, effect: { type: 'terminate', remnants: false }, before })
    if (input.type === 'breach' && !this.rules.enforce) this.checkShadow(before, effects)
    for (const effect of effects) this.log.push({ at: this.at, effect, before })
    if (effects.some(effect => effect.type === 'spawn')) this.spawn()
  }

  /** Told, and nothing else. */
  checkShadow(before: Child, effects: readonly Effect[]): void {
    if (this.child !== before || effects.some(({ type }) => type !== 'limit'))
      throw new Error(`a breach led to ${effects.map(({ type }) => type)} in phase ${before.phase}`)
  }

  /** Never two live pids for a child, nor a new one beside what is left of the last. */
  spawn(): void {
    if (this.alive || this.groupLeft) throw new Error('a second life began while the first was there')
  }

  /** What can happen in this phase, by number. */
  happen(pick: number): void {
    const { phase } = this.child
    const inputs: Input[] = [{ type: 'stop', within: 1_000 }, { type: 'restart' }]
    if (phase === 'down') inputs.push({ type: 'start' })
    if (phase === 'starting') {
      inputs.push({ type: 'spawned', pid: 7, age: 0 }, { type: 'spawned', pid: 7, age: 0 })
      inputs.push({ type: 'spawn-failed', code: 'EAGAIN', lasting: false, reason: 'r' })
      inputs.push({ type: 'spawn-failed', code: 'ENOENT', lasting: true, reason: 'r' })
    }
    inputs.push(
      { type: 'breach', breach: breach(), hold: 0 },
      { type: 'breach', breach: breach(), hold: 500 },
      { type: 'breach', breach: breach({ hard: true }), hold: 0 },
      { type: 'examined', within: 0 },
    )
    if (this.alive) {
      inputs.push({ type: 'exited', code: pick % 3, signal: null, remnants: false, because: null })
      inputs.push({ type: 'exited', code: null, signal: 'SIGTERM', remnants: true, because: null })
    }
    inputs.push({ type: 'asked', within: 3_000 })
    if (this.groupLeft) inputs.push({ type: 'cleared' })
    this.act(inputs[pick % inputs.length] as Input)
  }

  act(input: Input): void {
    if (input.type === 'spawned') this.alive = true
    if (input.type === 'exited') {
      this.alive = false
      this.groupLeft = input.remnants
    }
    if (input.type === 'cleared') this.groupLeft = false
    this.feed(input)
  }

  /** Time passes to the next deadline; what got SIGKILL is gone by then. */
  pass(): void {
    const { phase, deadline } = this.child
    if (deadline === null) return
    this.at = Math.max(this.at, deadline)
    if (phase === 'killing' && this.alive)
      this.act({ type: 'exited', code: null, signal: 'SIGKILL', remnants: false, because: null })
    else if (phase === 'purging' && this.groupLeft) this.act({ type: 'cleared' })
    else this.feed({ type: 'deadline' })
  }

  /** Time stood still for the watcher, not for the child: its rung gets it again. */
  stall(ms: number): void {
    this.at += ms
    this.child = postponed(this.child, ms)
  }

  run(picks: readonly Pick[]): void {
    for (const { pass, pick, ms, gap } of picks) {
      this.stall(gap)
      this.at = Math.min(this.at + ms, this.child.deadline ?? Number.POSITIVE_INFINITY)
      if (pass) this.pass()
      else this.happen(pick)
      this.check()
    }
  }

  check(): void {
    const { phase, pid, deadline } = this.child
    const living = ['up', 'warned', 'terminating', 'killing', 'sweeping', 'purging'].includes(phase)
    if (living !== (pid !== null)) throw new Error(`phase ${phase} with pid ${pid}`)
    if (this.alive && !['up', 'warned', 'terminating', 'killing'].includes(phase)) throw new Error(`lost in ${phase}`)
    if (deadline !== null && deadline < this.at) throw new Error(`deadline ${deadline} is past at ${this.at}`)
    if (['warned', 'terminating', 'sweeping', 'purging', 'waiting'].includes(phase) && deadline === null) {
      throw new Error(`${phase} would never end`)
    }
  }
}

/** `pass`: to the next deadline, or else `pick` says what happens. `gap`: ms that the machine slept before. */
interface Pick {
  readonly pass: boolean
  readonly pick: number
  readonly ms: number
  readonly gap: number
}

const gap = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3_600_000) })
const picks = fc.array(fc.record({ pass: fc.boolean(), pick: fc.nat(99), ms: fc.nat(3_000), gap }), { maxLength: 60 })
const rules = fc
  .record({
    warnDelay: fc.constantFrom(0, 1_000),
    forcedShutdownDelay: fc.constantFrom(0, 4_000),
    respawnLimit: fc.constantFrom(0, 1, 3, Number.POSITIVE_INFINITY),
    restart: fc.constantFrom('always', 'on-failure', 'never'),
    enforce: fc.constantFrom(true, true, false),
  } as const)
  .map(changes => policy(changes))

t.test('whatever happens: one life at a time, no phase without an end, none forgotten', async t => {
  fc.assert(
    fc.property(rules, picks, (policy, picks) => {
      new World(policy).run(picks)
    }),
    { numRuns: 2_000 },
  )
  t.pass('2000 random runs')
})

t.test('one restart in flight: between two beginnings of a child there is an end', async t => {
  fc.assert(
    fc.property(rules, picks, (policy, picks) => {
      const world = new World(policy)
      world.run(picks)
      const lives = world.log.map(({ effect }) => effect.type).filter(type => type === 'spawn' || type === 'exit')
      return lives.every((type, n) => type === (n % 2 === 0 ? 'spawn' : 'exit'))
    }),
    { numRuns: 2_000 },
  )
  t.pass('2000 random runs')
})

t.test('in shadow mode a breach is told, nobody is warned, and no life ends by a limit', async t => {
  fc.assert(
    fc.property(rules, picks, (policy, picks) => {
      const world = new World({ ...policy, enforce: false })
      world.run(picks)
      return world.log.every(
        ({ effect }) => effect.type !== 'warn' && (effect.type !== 'exit' || effect.end.cause !== 'limit'),
      )
    }),
    { numRuns: 2_000 },
  )
  t.pass('2000 random runs')
})

t.test('every stop ends, from wherever it comes', async t => {
  fc.assert(
    fc.property(rules, picks, (policy, picks) => {
      const world = new World(policy)
      world.run(picks)
      world.act({ type: 'stop', within: 1_000 })
      if (world.child.phase === 'starting') world.act({ type: 'spawned', pid: 7, age: 0 })
      for (let i = 0; i < 10 && world.child.phase !== 'down'; i++) world.pass()
      return world.child.phase === 'down' && !world.alive && !world.groupLeft
    }),
    { numRuns: 2_000 },
  )
  t.pass('2000 random stops')
})

t.test('SIGKILL only after SIGTERM had its time, or where it is asked for at once', async t => {
  fc.assert(
    fc.property(rules, picks, (policy, picks) => {
      const world = new World(policy)
      world.run(picks)
      let terminatedAt: number | null = null
      for (const { at, effect, before } of world.log) {
        if (effect.type === 'spawn') terminatedAt = null
        if (effect.type === 'terminate') terminatedAt = at
        if (effect.type !== 'kill' || effect.remnants) continue
        const hard = before.phase !== 'killing' && world.log.some(entry => entry.at === at && isHard(entry.effect))
        const soonest = Math.min(policy.forcedShutdownDelay, 1_000)
        if (!hard && policy.forcedShutdownDelay > 0 && (terminatedAt === null || at - terminatedAt < soonest))
          return false
      }
      return true
    }),
    { numRuns: 2_000 },
  )
  t.pass('2000 random ladders')
})

const isHard = (effect: Effect): boolean => effect.type === 'limit' && effect.breach.hard
