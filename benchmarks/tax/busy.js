/** A busy server, alone and with children to watch: what becomes of its event loop, and of its answers? */
import { fileURLToPath } from 'node:url'
import { end, startNode } from '../lib/children.js'
import { startRemote } from '../lib/remote.js'
import { watchStrangers } from '../lib/strangers.js'

export const COUNTS = [1, 10, 100]
/** Leaves an idle Node process about 200 MB: at 1 GB/s it would be through them in 200 ms. */
export const MEMORY_TOTAL = '250MB'
export const POLL_MS = 200
const BUSY_PERCENT = 50
const TRIAL_PER_SECOND = 300
const TRIAL_MS = 1000
/** After a server was woken. */
const SETTLE_MS = 500
/** Somebody else's CPU, in percent of one core, from which a round says nothing; it is tried again so often. */
export const DISTURBED_PERCENT = 15
const TRIES = 3

/** The same visitors in each round: what differs is what disturbed it. */
const SEED = 1
/** Alone and the most children are what is compared; the others have their turn in every third round. */
const SELDOM = 3

/** `servers: [{ name, rounds: [{ p50, p99, max, main, others, strangers, answers: { … } }] }]`, the first alone. */
export async function busy({ counts, rounds, roundMs, log }) {
  const idle = await startIdle(Math.max(...counts))
  const load = await startRemote(new URL('./load.js', import.meta.url))
  const servers = await start(counts, idle, log)
  for (const server of servers) await warmUp(load, server)
  const perSecond = await calibrate(load, servers[0])
  for (let round = 0; round < rounds; round++) {
    log(`tax: round ${round + 1} of ${rounds}`)
    // Never in the same order: what a round leaves behind meets another neighbour in the next.
    for (const server of rotated(servers, round).filter(({ every }) => round % every === 0)) {
      server.rounds.push(await undisturbed(load, server, perSecond, roundMs))
    }
  }
  await Promise.all(servers.map(stop))
  await load.end()
  await end(...idle)
  return { perSecond, servers: servers.map(({ name, rounds }) => ({ name, rounds })) }
}

const rotated = (all, by) => all.map((_, i) => all[(i + by) % all.length])

/** All are there at once, and one at a time runs: the rounds can be interleaved, and who is not asked costs nothing. */
async function start(counts, idle, log) {
  const servers = [await open('alone', 1, () => {})]
  for (const count of counts) {
    log(`tax: starting ${count} children`)
    const every = count === Math.max(...counts) ? 1 : SELDOM
    const pids = idle.slice(0, count).map(child => child.pid)
    servers.push(await open(`osqwatch, ${count}`, every, remote => remote.ask('watch', count, MEMORY_TOTAL)))
    servers.push(await open(`pidusage, ${count}`, every, remote => remote.ask('poll', pids, POLL_MS)))
  }
  return servers
}

async function open(name, every, furnish) {
  const remote = await startRemote(new URL('./server.js', import.meta.url))
  const children = (await furnish(remote)) ?? []
  const port = await remote.ask('listen')
  remote.freeze()
  return { name, every, remote, port, children, rounds: [] }
}

async function stop({ remote }) {
  remote.thaw()
  await remote.ask('stop')
  await remote.end()
}

async function warmUp(load, { remote, port }) {
  remote.thaw()
  await load.ask('run', port, TRIAL_PER_SECOND, TRIAL_MS, SEED)
  remote.freeze()
}

/** The rate that keeps a server alone half busy; the same for all of them. Twice: a busier loop needs less for each answer. */
async function calibrate(load, alone) {
  const first = await rateFor(load, alone, TRIAL_PER_SECOND)
  return rateFor(load, alone, first)
}

async function rateFor(load, { remote, port }, perSecond) {
  remote.thaw()
  await remote.ask('begin')
  await load.ask('run', port, perSecond, TRIAL_MS, SEED)
  const { main } = await remote.ask('finish')
  remote.freeze()
  return Math.round((perSecond * BUSY_PERCENT) / main)
}

/** The round that was disturbed least, of one or more. */
async function undisturbed(load, server, perSecond, roundMs) {
  let best = { strangers: Infinity }
  for (let attempt = 0; attempt < TRIES && best.strangers >= DISTURBED_PERCENT; attempt++) {
    const round = await measured(load, server, perSecond, roundMs)
    if (round.strangers < best.strangers) best = round
  }
  return best
}

async function measured(load, { remote, port, children }, perSecond, roundMs) {
  remote.thaw()
  await load.ask('run', port, perSecond, SETTLE_MS, SEED)
  const strangers = watchStrangers([load.pid, remote.pid, ...children])
  await remote.ask('begin')
  const answers = await load.ask('run', port, perSecond, roundMs, SEED)
  const delays = await remote.ask('finish')
  const round = { ...delays, answers, strangers: strangers() }
  remote.freeze()
  return round
}

/** What pidusage looks at: the same program, and nobody's children. */
async function startIdle(count) {
  const file = fileURLToPath(new URL('../lib/idle.js', import.meta.url))
  return Promise.all(Array.from({ length: count }, () => startNode([file])))
}
