/**
 * node --experimental-websocket rivals.js LIVES: what Node has of its own for a child that spins, each asked so often. One line
 * of JSON: `{ rival: [{ ms, line }] }`, from the signal until the answer is whole; `ms` is null where there was none.
 */
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { end, startNode } from '../lib/children.js'
import { tempFolder } from '../lib/folder.js'
import { isHotFunction, isHotLine, SPINNER } from './hot.js'
import { pausedAtHotLine } from './inspector.js'

const WORKS_MS = 200
const SPINS_MS = 200
const POLL_MS = 2
/** Nothing that comes later is waited for. */
const MOST_MS = 2000

const RIVALS = {
  report: {
    flags: folder => ['--report-on-signal', '--report-signal=SIGUSR2', `--report-directory=${folder}`],
    signal: 'SIGUSR2',
    answer: (_, folder) => written(folder, text => JSON.parse(text).javascriptStack.stack.some(isHotLine)),
  },
  profile: {
    flags: folder => ['--cpu-prof', `--cpu-prof-dir=${folder}`],
    signal: 'SIGTERM',
    answer: (_, folder) =>
      written(folder, text => JSON.parse(text).nodes.some(({ callFrame }) => isHotFunction(callFrame.functionName))),
  },
  inspector: {
    flags: () => ['--inspect-port=0'],
    signal: 'SIGUSR1',
    answer: child => pausedAtHotLine(child.stderr, MOST_MS),
  },
}

const folder = tempFolder('rivals')
const lives = Number(process.argv[2])
const found = {}
for (const [name, rival] of Object.entries(RIVALS)) {
  found[name] = []
  for (let i = 0; i < lives; i++) found[name].push(await ask(rival, `${folder}/${name}-${i}`))
}
console.log(JSON.stringify(found))

async function ask({ flags, signal, answer }, own) {
  mkdirSync(own)
  const stdio = ['ignore', 'pipe', 'pipe']
  const child = await startNode([...flags(own), SPINNER, String(WORKS_MS)], { stdio, env: { PATH: process.env.PATH } })
  await once(child.stdout, 'data')
  await wait(SPINS_MS)
  const begun = performance.now()
  child.kill(signal)
  const line = await answer(child, own)
  const ms = performance.now() - begun
  await end(child)
  return { ms: line === null ? null : ms, line: line ?? false }
}

/** Does the file that is written name the place? null: there was none in time. */
async function written(own, names) {
  const until = performance.now() + MOST_MS
  while (performance.now() < until) {
    await wait(POLL_MS)
    for (const file of readdirSync(own)) {
      try {
        return names(readFileSync(`${own}/${file}`, 'utf8'))
      } catch {
        // It is being written.
      }
    }
  }
  return null
}
