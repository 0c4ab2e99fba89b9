/** One host, filled with `count` children of a kind: what it costs to start them, to have them, and to stop them. */
import { setTimeout as wait } from 'node:timers/promises'
import { startRemote } from '../lib/remote.js'
import { median } from '../lib/stats.js'
import { guardOf, proportionalMb, rates, residentMb, usage } from './usage.js'

/** A round is one CPU window of each child, so that each is looked at equally often in all of them. */
const ROUND_MS = 3000
/** After the last start: what was put off meanwhile is done, and the code is warm. */
const SETTLE_MS = 1000

export async function fill({ child, limits, speaks }, count, rounds) {
  const remote = await startRemote(new URL('../lib/host.js', import.meta.url))
  const bareMb = residentMb(remote.pid)
  const host = { pid: remote.pid, tid: await remote.ask('open', { limits }) }
  const before = usage(host, [])
  const startMs = await remote.ask('start', count, child, speaks)
  const startCpuMs = (usage(host, []).threadUs - before.threadUs) / 1000
  await wait(SETTLE_MS)
  const pids = await childPids(remote)
  const steady = await observe(host, pids, rounds)
  const memory = { hostMb: residentMb(host.pid) - bareMb, guardMb: proportionalMb(guardOf(host.pid, pids)) }
  const overshoot = promises(await remote.ask('status'))
  const stopMs = await remote.ask('stop')
  await remote.end()
  return { count, startMs, startCpuMs, ...steady, ...memory, overshoot, stopMs }
}

async function childPids(remote) {
  const rows = await remote.ask('status')
  return rows.filter(row => row.kind !== 'watcher').map(row => row.pid)
}

async function observe(host, pids, rounds) {
  const seen = []
  for (let i = 0; i < rounds; i++) {
    const before = usage(host, pids)
    await wait(ROUND_MS)
    seen.push(rates(before, usage(host, pids)))
  }
  const of = field => median(seen.map(round => round[field]))
  const threads = seen.map(round => round.thread)
  return { thread: of('thread'), threads, host: of('host'), children: of('children'), wakes: of('wakes') }
}

/** Bytes by which a child may be over its memory limit before it is met, as the watcher promises; the worst of them. */
function promises(rows) {
  const told = rows.map(row => row.overshoot).filter(Number.isFinite)
  return told.length === 0 ? null : Math.max(...told)
}
