/** Short lives, as many at once as keep the machine busy: children that are started again, and others that come and go. */
import { fileURLToPath } from 'node:url'

const NODE = fileURLToPath(new URL('./brief.cjs', import.meta.url))
const RESPAWNING = 16
const COMING_AND_GOING = 6
/** One in so many of those that come and go is a Node process, with its client and its channels. */
const NODE_EVERY = 25

/** Just longer than what is kept between two starts, so that a life follows at once. */
const respawning = { command: 'sleep', args: ['1.01'], stdio: 'ignore', restart: 'always' }
const oneShot = n =>
  n % NODE_EVERY === 0
    ? { module: NODE, stdio: n % (2 * NODE_EVERY) === 0 ? 'pipe' : 'ignore', restart: 'never' }
    : { command: '/bin/true', stdio: 'ignore', restart: 'never', limits: n % 2 === 0 ? { memory: '100MB' } : {} }

export class Turnover {
  lives = 0
  #watcher
  #signal
  #n = 0
  #ends = new Map()

  constructor(watcher, signal) {
    this.#watcher = watcher
    this.#signal = signal
    watcher.on('spawn', (_event, streams) => {
      streams?.stdout?.resume()
      streams?.stderr?.resume()
    })
    watcher.on('exit', ({ child }) => {
      this.lives++
      this.#ends.get(child)?.()
    })
    watcher.on('message', () => {})
  }

  /** Until there were so many lives; nobody is supervised before, or after. */
  async until(lives) {
    const goesOn = () => this.lives < lives && !this.#signal.aborted
    const names = Array.from({ length: RESPAWNING }, (_, n) => `respawning-${n}`)
    await Promise.all(names.map(name => this.#watcher.add(name, respawning)))
    await Promise.all(Array.from({ length: COMING_AND_GOING }, () => this.#comeAndGo(goesOn)))
    if (!this.#signal.aborted) await Promise.all(names.map(name => this.#watcher.remove(name)))
  }

  async #comeAndGo(goesOn) {
    while (goesOn()) {
      const n = ++this.#n
      const name = `one-shot-${n}`
      const ended = new Promise(resolve => this.#ends.set(name, resolve))
      await this.#watcher.add(name, oneShot(n))
      await ended
      this.#ends.delete(name)
      await this.#watcher.remove(name)
    }
  }
}
