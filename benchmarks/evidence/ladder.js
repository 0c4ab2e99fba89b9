/** Lives of a child that spins: from the verdict to SIGTERM, and what was found meanwhile. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { end, start } from '../lib/children.js'
import { tempFolder } from '../lib/folder.js'
import { startRemote } from '../lib/remote.js'
import { isHotFrame, isHotProfile, SPINNER } from './hot.js'

export const BUDGET_MS = 500
export const LIMIT_MS = 300
const INTERVAL_MS = 100
/** From its start to the loop: whatever starts lazily has started, also beside the hogs. */
const WORKS_MS = 1000
export const HOGS = 2

/** The order of the table. */
export const WAYS = {
  witness: { label: 'with a witness', incidents: { witness: true } },
  system: { label: 'without a witness', incidents: { witness: false } },
  off: { label: 'incidents: false', incidents: false },
}

/** `{ alone, crowd }`: of each `{ way: [life] }`; `sample` is an incident with a witness, as it was written. */
export async function ladders(lives, log) {
  const hosts = await open()
  log('evidence: ladders, alone')
  const alone = await rounds(hosts, lives)
  log(`evidence: ladders, beside ${HOGS} busy loops`)
  const hogs = []
  // Each in a session of its own, like the children: Linux shares processors out among sessions first.
  for (let i = 0; i < HOGS; i++) hogs.push(await start('sh', ['-c', 'while :; do :; done'], { detached: true }))
  const crowd = await rounds(hosts, lives)
  await end(...hogs)
  for (const { remote } of hosts) {
    await remote.ask('stop')
    await remote.end()
  }
  const sample = alone.witness.find(({ incident }) => incident !== null)?.incident ?? null
  return { alone: kept(alone), crowd: kept(crowd), sample }
}

async function open() {
  const folder = tempFolder('evidence')
  const hosts = []
  for (const [way, { incidents }] of Object.entries(WAYS)) {
    const dir = `${folder}/${way}`
    mkdirSync(dir, { mode: 0o700 })
    const remote = await startRemote(new URL('./host.js', import.meta.url))
    const limits = { heartbeatLimit: LIMIT_MS, heartbeatInterval: INTERVAL_MS, warnDelay: 0 }
    const where = incidents && { ...incidents, dir, budget: BUDGET_MS, cooldown: 0 }
    await remote.ask('open', { limits, killsPerMinute: 'off', incidents: where })
    hosts.push({ way, remote })
  }
  return hosts
}

/** In turns, in changing order: nobody spins beside another. */
async function rounds(hosts, lives) {
  const found = Object.fromEntries(hosts.map(({ way }) => [way, []]))
  for (let round = 0; round < lives; round++) {
    for (const { way, remote } of round % 2 === 0 ? hosts : hosts.toReversed()) found[way].push(await live(remote))
  }
  return found
}

async function live(remote) {
  const child = { module: SPINNER, args: [String(WORKS_MS)], stdio: 'ignore' }
  const { path, limit, terminate, exit, hang } = await remote.ask('life', child)
  const incident = path === null ? null : JSON.parse(readFileSync(path, 'utf8'))
  if (path !== null) rmSync(path)
  return { hang, ms: terminate - limit, exitMs: exit - limit, ...testimony(incident), incident }
}

function testimony(incident) {
  const node = incident?.evidence.node ?? []
  return {
    line: node.some(({ stack }) => isHotFrame(stack?.[0])),
    profile: node.some(({ profile }) => profile !== null && isHotProfile(profile)),
    processes: (incident?.evidence.processes.length ?? 0) > 0,
    notes: [...(incident?.evidence.notes ?? []), ...node.flatMap(({ notes }) => notes)],
  }
}

/** Incidents are large, and one is enough. */
const kept = found =>
  Object.fromEntries(Object.entries(found).map(([way, lives]) => [way, lives.map(({ incident: _, ...life }) => life)]))
