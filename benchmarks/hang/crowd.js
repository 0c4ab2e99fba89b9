/** Healthy children in a crowd that leaves them next to no processor: is any of them blamed? And is who hangs still found? */
import { setTimeout as wait } from 'node:timers/promises'
import { end, start } from '../lib/children.js'
import { startRemote } from '../lib/remote.js'
import { setStage } from './stage.js'

export const LIMIT_MS = 5000
export const HEALTHY = 10
export const HOGS = 16
/** They have come up by then, and the crowd is there. */
const BLOCK_AFTER_MS = 3000

export async function crowd(forMs) {
  const stage = setStage()
  const remote = await startRemote(new URL('../lib/host.js', import.meta.url))
  const extensions = Object.fromEntries([...healthy(stage), ...hanging(stage)])
  await remote.ask('open', { limits: { heartbeatLimit: LIMIT_MS }, extensions }, ['limit', 'defer', 'sample', 'exit'])
  const hogs = []
  // Each in a session of its own, like the children: Linux shares processors out among sessions first.
  for (let i = 0; i < HOGS; i++) hogs.push(await start('sh', ['-c', 'while :; do :; done'], { detached: true }))
  await wait(forMs)
  const events = await remote.ask('told')
  const rows = await remote.ask('status')
  await end(...hogs)
  await remote.ask('stop')
  await remote.end()
  return { ...ofHealthy(events, rows), found: found(events, stage.blockedAt()) }
}

const healthy = stage => Array.from({ length: HEALTHY }, (_, i) => [`healthy ${i}`, stage.healthy()])

const hanging = stage =>
  ['blocked', 'spinning'].map(how => [how, stage.blocker(how, BLOCK_AFTER_MS, BLOCK_AFTER_MS, { restart: 'never' })])

function ofHealthy(events, rows) {
  const theirs = events.filter(({ child }) => child.startsWith('healthy'))
  const count = type => theirs.filter(event => event.type === type).length
  const unharmed = rows.filter(({ name, phase, life }) => name.startsWith('healthy') && phase === 'up' && life === 1)
  const lateness = theirs.filter(({ type }) => type === 'sample').map(event => event.lateness ?? 0)
  return {
    blamed: count('limit'),
    ended: count('exit'),
    deferred: count('defer'),
    unharmed: unharmed.length,
    worstMs: Math.max(0, ...lateness),
  }
}

/** Seconds from its block to its verdict, for each that hangs; absent: not found. */
function found(events, blockedAt) {
  const limits = events.filter(({ type, child }) => type === 'limit' && !child.startsWith('healthy'))
  return Object.fromEntries(limits.map(({ child, pid, at }) => [child, (at - blockedAt.get(pid)) / 1000]))
}
