/** Loops that block at moments of their own choice, over and over: how soon is each found? */
import { setTimeout as wait } from 'node:timers/promises'
import { startRemote } from '../lib/remote.js'
import { setStage } from './stage.js'

export const LIMIT_MS = 1000
export const INTERVAL_MS = 250
/** Whole intervals lie between the two, so that no moment between two pings is likelier than another. */
const LEAST_MS = 300
const MOST_MS = LEAST_MS + 2 * INTERVAL_MS
/** One that spins leaves a processor to all others, even where there are two: none is late for want of one. */
const CHILDREN = ['spinning', 'blocked', 'blocked', 'blocked', 'blocked']

/**
 * `blocks: [{ how, named, ms }]`: how it blocked, how the verdict has it, and the time from the one to the other. `missed`: loops
 * that had been blocked for long when it was over, and nobody had said so.
 */
export async function verdicts(forMs) {
  const stage = setStage()
  const children = CHILDREN.map((how, i) => [
    `${how} ${i}`,
    stage.blocker(how, LEAST_MS, MOST_MS, { restart: 'always' }),
  ])
  const remote = await startRemote(new URL('../lib/host.js', import.meta.url))
  const limits = { heartbeatLimit: LIMIT_MS, heartbeatInterval: INTERVAL_MS, ...AGAIN_AT_ONCE }
  await remote.ask('open', { limits, extensions: Object.fromEntries(children) }, ['limit'])
  await wait(forMs)
  const endedAt = Date.now()
  const events = await remote.ask('told')
  await remote.ask('stop')
  await remote.end()
  const blockedAt = stage.blockedAt()
  const known = new Set(events.map(({ pid }) => pid))
  const missed = [...blockedAt].filter(([pid, at]) => !known.has(pid) && endedAt - at > 5 * LIMIT_MS)
  const blocks = events.map(({ child, pid, at, hang }) => {
    return { how: child.split(' ')[0], named: hang, ms: at - blockedAt.get(pid) }
  })
  return { blocks, missed: missed.length }
}

const AGAIN_AT_ONCE = { warnDelay: 0, forcedShutdownDelay: 0, respawnMaxDelay: 0, respawnLimit: 'off' }
