/** What it costs the host's main thread to have children watched, and a child to be watched. */
import { alone } from './lib/report.js'
import { busy, COUNTS } from './tax/busy.js'
import { beats, memory, startUp } from './tax/client.js'
import { report } from './tax/report.js'

export const title = 'the tax on the host and on the child'

export async function measure({ quick, log }) {
  log('tax: the client in a child')
  const client = {
    startUp: await startUp(quick ? 10 : 40),
    memory: await memory(quick ? 3 : 8),
    beats: await beats(quick ? 3 : 10, quick ? 3000 : 12_000),
  }
  const effort = quick ? { counts: [10], rounds: 1, roundMs: 1500 } : { counts: COUNTS, rounds: 9, roundMs: 1500 }
  return { name: 'tax', title, ...report(await busy({ ...effort, log }), client) }
}

if (process.argv[1] === import.meta.filename) await alone(measure)
