/** What the client costs inside of a child: a later first line, memory, and CPU for its beats. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { end, startNode } from '../lib/children.js'
import { processUs } from '../lib/cpu.js'
import { ROOT } from '../lib/places.js'
import { startRemote } from '../lib/remote.js'
import { median } from '../lib/stats.js'

const CLIENT = `${ROOT}dist/lib/client.cjs`
/** With and without it, everything else is the same: the channel and its mark, too. */
const WAYS = { bare: [], client: ['--require', CLIENT] }
const ENV = { PATH: process.env.PATH, OSQWATCH_CHANNEL: '3' }
const MS_PER_MINUTE = 60_000
const SETTLE_MS = 2500

const path = file => fileURLToPath(new URL(file, import.meta.url))

/** ms from spawn to the program's first line, by way. */
export async function startUp(runs) {
  const times = { bare: [], client: [] }
  for (let run = 0; run < runs; run++) {
    for (const way of run % 2 === 0 ? ['bare', 'client'] : ['client', 'bare'])
      times[way].push(await firstLine(WAYS[way]))
  }
  return times
}

async function firstLine(flags) {
  const begun = performance.now()
  const child = await startNode([...flags, path('./first-line.cjs')], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  const ms = performance.now() - begun
  await ended
  return ms
}

/** Resident and proportional KB after a second of idling, by way. */
export async function memory(runs) {
  const found = { bare: [], client: [] }
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe']
  for (const [way, flags] of Object.entries(WAYS)) {
    const children = []
    for (let run = 0; run < runs; run++)
      children.push(await startNode([...flags, path('../lib/idle.js')], { env: ENV, stdio }))
    await wait(1000)
    found[way] = children.map(({ pid }) => kilobytes(pid))
    await end(...children)
  }
  const of = field => ways(way => median(found[way].map(sizes => sizes[field])))
  return { rss: of('Rss'), pss: of('Pss') }
}

function kilobytes(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  const field = name => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)[1])
  return { Rss: field('Rss'), Pss: field('Pss') }
}

/** CPU ms a minute of an idle child under osqwatch, without beats and with one a second. */
export async function beats(children, forMs) {
  const remote = await startRemote(new URL('../lib/host.js', import.meta.url))
  const idle = { module: path('../lib/idle.js'), stdio: 'ignore' }
  const silent = { ...idle, limits: { heartbeatInterval: 'off', heartbeatLimit: 'off' } }
  const extensions = {}
  for (let i = 0; i < children; i++) Object.assign(extensions, { [`with ${i}`]: idle, [`without ${i}`]: silent })
  await remote.ask('open', { extensions })
  await wait(SETTLE_MS)
  const rows = (await remote.ask('status')).filter(row => row.kind !== 'watcher')
  const before = rows.map(({ pid }) => processUs(pid))
  const begun = performance.now()
  await wait(forMs)
  const used = rows.map(({ name, pid }, i) => ({ name, ms: (processUs(pid) - before[i]) / 1000 }))
  const minutes = (performance.now() - begun) / MS_PER_MINUTE
  await remote.ask('stop')
  await remote.end()
  const of = kind => median(used.filter(({ name }) => name.startsWith(kind)).map(({ ms }) => ms / minutes))
  return { bare: of('without '), client: of('with ') }
}

const ways = of => Object.fromEntries(Object.keys(WAYS).map(way => [way, of(way)]))
