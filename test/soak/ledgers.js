/** What is counted of a host and of its watcher thread, and by how much it may differ between two moments without children. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { getHeapSnapshot } from 'node:v8'
import { commandOf, lookAround } from '../chaos/proc.js'

const COUNTER = fileURLToPath(new URL('./objects.js', import.meta.url))
const KB = 1024
const PAGE_KB = 4
/** Streams and sockets of the last children close in turns of the loop. */
const SETTLE_MS = 1500
const COLLECTIONS = 3

const none = () => 0

/** RSS counts what the allocator keeps for later, too; objects that live are counted one by one. */
export const LEDGERS = [
  { name: 'memory of the host', unit: 'KB', mayGrow: first => Math.round(first * 0.15) },
  { name: 'objects on main', unit: 'n', mayGrow: first => Math.round(first * 0.02) },
  { name: 'objects in the thread', unit: 'n', mayGrow: first => Math.round(first * 0.02) },
  { name: 'descriptors', unit: 'n', mayGrow: none },
  { name: 'active resources', unit: 'n', mayGrow: none },
  { name: 'zombies', unit: 'n', mayGrow: none },
  { name: 'children of the host', unit: 'n', mayGrow: none },
  { name: 'memory of the guard', unit: 'KB', mayGrow: () => 128 },
  { name: 'rows of status()', unit: 'n', mayGrow: none },
]

export async function count(watcher, thread) {
  await delay(SETTLE_MS)
  for (let n = 0; n < COLLECTIONS; n++) {
    globalThis.gc()
    await delay(50)
  }
  const memory = Math.round(process.memoryUsage.rss() / KB)
  const children = [...lookAround().values()].filter(({ parent }) => parent === process.pid)
  const guards = children.filter(({ pid }) => commandOf(pid).includes('osqwatch-guard'))
  return {
    'memory of the host': memory,
    'objects on main': await objectsIn(getHeapSnapshot()),
    'objects in the thread': await objectsIn(await thread.getHeapSnapshot()),
    descriptors: readdirSync('/proc/self/fd').length,
    'active resources': process.getActiveResourcesInfo().length,
    zombies: children.filter(({ state }) => state === 'Z').length,
    'children of the host': children.length,
    'memory of the guard': guards.reduce((sum, { pid }) => sum + residentKb(pid), 0),
    'rows of status()': (await watcher.status()).length,
  }
}

/** Everything that can still be reached: a snapshot collects the rest first. */
async function objectsIn(snapshot) {
  const counter = spawn(process.execPath, [COUNTER], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [count] = await Promise.all([text(counter.stdout), pipeline(snapshot, counter.stdin), once(counter, 'close')])
  return Number(count)
}

const residentKb = pid => Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_KB
