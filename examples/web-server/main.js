/**
 * A server under `--import osqwatch/register`, and load on it from a second process. Saturated it is left alone; leaking it is
 * warned and comes back; spinning it is noticed and comes back. Prints a JSON line a chapter. Run it: node examples/web-server/main.js
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const AT_A_TIME = 8
const SATURATED_MS = 3_000
const PATIENCE_MS = 30_000
const LIMITS = {
  OSQWATCH_MEMORY: '150MB',
  OSQWATCH_DELAY: '0',
  OSQWATCH_INTERVAL: '500ms',
  OSQWATCH_HEARTBEAT_INTERVAL: '200ms',
  OSQWATCH_HEARTBEAT_LIMIT: '2s',
  OSQWATCH_LOG: 'json',
}

const file = name => fileURLToPath(new URL(name, import.meta.url))
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const events = []

const register = import.meta.resolve('osqwatch/register')
const server = spawn(process.execPath, ['--import', register, file('server.js')], {
  env: { ...process.env, ...LIMITS, PORT: `${port}` },
  stdio: ['ignore', 'inherit', 'pipe'],
})
createInterface({ input: server.stderr }).on('line', line => {
  if (line.startsWith('{')) events.push(JSON.parse(line))
})

try {
  await chapter('saturated', first => delay(SATURATED_MS, first))
  await chapter('leak', first => fetched('/leak').then(() => successor(first)))
  await chapter('spin', first => fetched('/spin').then(() => successor(first)))
} finally {
  server.kill('SIGTERM')
  await once(server, 'exit')
}

/** Under load: `misbehave` settles with the pid that answers afterwards. */
async function chapter(name, misbehave) {
  const first = await answering()
  const since = events.length
  const load = spawn(process.execPath, [file('load.js'), url, `${AT_A_TIME}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [told] = [once(load.stdout.setEncoding('utf8'), 'data')]
  const last = await misbehave(first)
  load.stdin.end('\n')
  const [counted] = await told
  const matter = events.slice(since).filter(({ type }) => ['limit', 'warn', 'terminate', 'kill', 'exit'].includes(type))
  const story = matter.map(({ type, verdict }) => (type === 'limit' ? `limit: ${verdict}` : type))
  console.log(JSON.stringify({ chapter: name, ...JSON.parse(counted), same: last === first, story }))
}

async function fetched(path) {
  const response = await fetch(url + path, { signal: AbortSignal.timeout(1_000) })
  return (await response.json()).pid
}

/** The pid behind the port, as soon as there is one. */
async function answering(fits = () => true) {
  for (const begun = performance.now(); performance.now() - begun < PATIENCE_MS; await delay(50)) {
    const pid = await fetched('/').catch(() => null)
    if (pid !== null && fits(pid)) return pid
  }
  throw new Error(`nobody answers on port ${port}`)
}

function successor(first) {
  return answering(pid => pid !== first)
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}
