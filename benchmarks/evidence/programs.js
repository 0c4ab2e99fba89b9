/** Microbenchmarks, each in a process of its own. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { end, startIdle } from '../lib/children.js'

const path = file => fileURLToPath(new URL(file, import.meta.url))

/** Looks at a process that sleeps. */
export async function recorderCosts(calls, rounds) {
  const [idle] = await startIdle(1)
  const costs = run(['--expose-gc', path('./recorder.js'), ...[idle.pid, calls, rounds].map(String)], '')
  await end(idle)
  return costs
}

/** `lives`: how often each of Node's own ways is asked. */
export const rivalAnswers = lives =>
  run(['--experimental-websocket', '--no-warnings', path('./rivals.js'), String(lives)], '')

/** `sample`: an incident with evidence. */
export const wholeCosts = (sample, times) => run([path('./whole.js')], JSON.stringify({ sample, times }))

function run(args, input) {
  return JSON.parse(execFileSync(process.execPath, args, { input, stdio: ['pipe', 'pipe', 'inherit'] }))
}
