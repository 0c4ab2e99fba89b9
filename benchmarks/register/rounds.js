/** Starts of an app, bare and with osqwatch in front of it, in turns: ms to its first line, then its processes and their memory. */
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { startNode } from '../lib/children.js'
import { ROOT } from '../lib/places.js'
import { familyOf, kilobytes } from './family.js'

/** By its path: the rivals' package.json beside this folder hides the package's own name from it. */
export const REGISTER = `${ROOT}dist/lib/register.js`

export const APPS = { 'hello world': './hello.js', 'a Fastify server': './server.js' }
export const WAYS = { bare: [], register: ['--import', pathToFileURL(REGISTER).href] }

const environment = () => {
  const { PATH, HOME, XDG_STATE_HOME } = process.env
  return { PATH, HOME, XDG_STATE_HOME }
}
/** What starts lazily has started by then, and the garbage of the start has had its chance to go. */
const SETTLE_MS = 1500

export async function rounds(app, count) {
  const found = { bare: [], register: [] }
  const ways = Object.keys(WAYS)
  for (let round = 0; round < count; round++) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) found[way].push(await start(app, way))
  }
  return found
}

async function start(app, way) {
  const file = fileURLToPath(new URL(APPS[app], import.meta.url))
  const begun = performance.now()
  const host = await startNode([...WAYS[way], file], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(host, 'exit')
  await once(host.stdout, 'data')
  const ms = performance.now() - begun
  await wait(SETTLE_MS)
  const family = familyOf(host.pid)
  const pss = family.reduce((sum, { pid }) => sum + kilobytes(pid), 0)
  host.kill('SIGTERM')
  await ended
  return { ms, pss, processes: family.map(({ name }) => name) }
}
