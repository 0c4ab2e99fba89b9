/** The second process: requests, so many at a time, until it is told to stop (a line on stdin). Prints what came of them. */
import { Agent, get } from 'node:http'

const [url, atATime] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number(atATime) })
const PATIENCE_MS = 1_000
const PAUSE_MS = 50
const counted = { answered: 0, failed: 0 }
let stopping = false

function request() {
  return new Promise(resolve => {
    const sent = get(`${url}/work`, { agent, timeout: PATIENCE_MS }, response => {
      response.resume().on('end', () => resolve(response.statusCode === 200))
      response.on('error', () => resolve(false))
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.on('error', () => resolve(false))
  })
}

async function client() {
  while (!stopping) {
    const ok = await request()
    counted[ok ? 'answered' : 'failed']++
    // While nobody listens, a refusal takes no time at all.
    if (!ok) await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
}

process.stdin.on('data', () => {
  stopping = true
})
await Promise.all(Array.from({ length: Number(atATime) }, client))
agent.destroy()
process.stdin.destroy()
console.log(JSON.stringify(counted))
