/** Asks a server at a fixed mean rate, whether it keeps up or not, and tells how long its answers took. */
import { Agent, get } from 'node:http'
import { answer } from '../lib/remote.js'
import { quantile } from '../lib/stats.js'

const agent = new Agent({ keepAlive: true, maxSockets: 64, scheduling: 'fifo' })

answer({
  /** Like independent visitors: the time between two requests is random, and the same in every run with the same seed. */
  async run(port, perSecond, forMs, seed) {
    const random = generator(seed)
    const begun = performance.now()
    const asked = []
    for (let due = 0; due < forMs; due += (-Math.log(1 - random()) * 1000) / perSecond) {
      const early = due - (performance.now() - begun)
      if (early > 0) await new Promise(resolve => setTimeout(resolve, early))
      asked.push(ask(port, begun + due))
    }
    const times = await Promise.all(asked)
    return { answers: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: quantile(times, 1) }
  },
})

/** From when it should have been asked, so that a late request is no excuse. */
function ask(port, dueAt) {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, response => {
      response.resume().on('end', () => resolve(performance.now() - dueAt))
    }).on('error', reject)
  })
}

/** mulberry32 */
function generator(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
