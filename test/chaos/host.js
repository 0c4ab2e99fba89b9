/** The host: a watcher with the whole cast. Does what lines on stdin say; tells events and who is supervised, a line each. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createWatcher } from 'osqwatch'
import { CAST, EXTRAS, LIMITS, NAME_ENV, optionsOf, STORMY } from './cast.js'

const STATUS_EVERY_MS = 250
const MOST_ADOPTED = 5

/** At once: the next line may be the last that this process does. */
const say = told => void writeSync(1, `${JSON.stringify(told)}\n`)

let thread = null
process.on('worker', worker => {
  thread = worker
})

const watcher = await createWatcher({
  limits: LIMITS,
  extensions: Object.fromEntries(CAST.map(child => [child.name, optionsOf(child)])),
  ledger: process.env.CHAOS_LEDGER,
  ...STORMY,
})
watcher.ref()
watcher.on('event', event => event.type !== 'sample' && say(event))
watcher.on('spawn', (_event, streams) => {
  streams?.stdout?.resume()
  streams?.stderr?.resume()
})
void watcher.closed.then(report => {
  clearInterval(asking)
  say({ type: 'closed', report })
})

let isAsked = false
const asking = setInterval(async () => {
  if (isAsked) return
  isAsked = true
  try {
    const rows = (await watcher.status()).filter(({ kind }) => kind !== 'watcher')
    say({ type: 'status', rows: rows.map(({ name, pid, phase }) => [name, pid, phase]) })
  } catch {
    // There is no thread at the moment.
  } finally {
    isAsked = false
  }
}, STATUS_EVERY_MS)

const adopted = []
let adoptions = 0

async function adopt() {
  const name = `adopted-${++adoptions}`
  const child = spawn('sleep', ['909'], { stdio: 'ignore', env: { ...process.env, [NAME_ENV]: name } })
  if (adopted.push(child) > MOST_ADOPTED) adopted.shift().kill()
  try {
    await watcher.adopt(child, { name })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** All the descriptors that there are, for a while. */
function starve({ ms }) {
  const taken = []
  try {
    for (;;) taken.push(openSync('/dev/null'))
  } catch {
    setTimeout(() => taken.map(closeSync), ms)
  }
}

const deeds = {
  restart: ({ name }) => watcher.restart(name),
  remove: ({ name }) => watcher.remove(name),
  add: ({ name }) => watcher.add(name, optionsOf(EXTRAS.find(extra => extra.name === name))),
  adopt,
  send: ({ name, times }) =>
    Promise.all(Array.from({ length: times }, (_, n) => watcher.send(name, { n, text: 'x'.repeat(1000) }))),
  block: ({ ms }) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  'take-descriptors': starve,
  'terminate-thread': () => void thread?.terminate(),
  'throw-in-thread': () => void thread?.postMessage(null),
  stop: () => watcher.stop(),
  leave: () => process.exit(0),
}

async function obey({ id, word, ...how }) {
  try {
    await deeds[word](how)
    say({ type: 'done', id })
  } catch ({ code, message, stack }) {
    say({ type: 'done', id, error: { code, message, stack } })
  }
}

// Whoever told it what to do has ended.
createInterface({ input: process.stdin })
  .on('line', line => void obey(JSON.parse(line)))
  .on('close', () => process.exit(0))
say({ type: 'open' })
