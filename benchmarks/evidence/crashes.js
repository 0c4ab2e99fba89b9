/** The same deaths with incidents and without, side by side: what a death costs the watcher's thread. */
import { mkdirSync } from 'node:fs'
import { tempFolder } from '../lib/folder.js'
import { startRemote } from '../lib/remote.js'

/** Between two lives: fewer than 60 a minute, which is as many incidents as are written. */
export const REST_MS = 1100
const CHILD = { command: 'sh', args: ['-c', 'exit 1'], stdio: 'ignore' }
const LIMITS = { respawnLimit: 'off', respawnDelay: REST_MS, respawnMaxDelay: REST_MS }

/** `{ on, off }`: of each `{ lives: [{ thread, process }], written }`, in µs. */
export async function crashes(count) {
  const dir = `${tempFolder('crashes')}/incidents`
  mkdirSync(dir, { mode: 0o700 })
  const [on, off] = await Promise.all([{ dir }, false].map(open))
  // Half a rest apart, so that their lives do not meet.
  const other = new Promise(resolve => setTimeout(resolve, REST_MS / 2)).then(() => off.ask('crashes', CHILD, count))
  const found = { on: await on.ask('crashes', CHILD, count), off: await other }
  for (const remote of [on, off]) {
    await remote.ask('stop')
    await remote.end()
  }
  return found
}

async function open(incidents) {
  const remote = await startRemote(new URL('./host.js', import.meta.url))
  await remote.ask('open', { limits: LIMITS, incidents })
  return remote
}
