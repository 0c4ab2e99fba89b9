/** What a witness costs the child that it is in: a later first line, memory, CPU. Beside what Node has of its own. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { end, startNode } from '../lib/children.js'
import { processUs } from '../lib/cpu.js'
import { tempFolder } from '../lib/folder.js'
import { ROOT } from '../lib/places.js'

const APP = fileURLToPath(new URL('./app.cjs', import.meta.url))
const CLIENT = `${ROOT}dist/lib/client.cjs`
const AGE_MS = 2000
/** One has started before the next begins. */
const APART_MS = 300

/** All have the same descriptors: the client's channel is 3, the witness's is 4. */
const CHANNELS = { OSQWATCH_CHANNEL: '3' }

export async function witnessCosts(rounds) {
  const ways = await openWays()
  const found = Object.fromEntries(Object.keys(ways).map(way => [way, []]))
  for (let round = 0; round < rounds; round++) {
    const names = rotated(Object.keys(ways), round)
    const running = []
    for (const way of names) {
      running.push({ way, ...(await begin(ways[way])) })
      await wait(APART_MS)
    }
    for (const { way, child, begun, firstMs, speaks } of running) {
      await wait(Math.max(0, begun + AGE_MS - performance.now()))
      if (way === 'witness' && !speaks()) throw new Error('the witness has not said that it is there')
      found[way].push({ firstMs, cpuMs: processUs(child.pid) / 1000, ...sizes(child.pid) })
    }
    await end(...running.map(({ child }) => child))
  }
  return found
}

async function openWays() {
  const { EVIDENCE_ENV, WITNESS_ENV } = await import('../../dist/lib/os/witness.js')
  const folder = tempFolder('witness')
  const witness = { ...CHANNELS, [WITNESS_ENV]: '4', [EVIDENCE_ENV]: `${folder}/.evidence-benchmark` }
  return {
    bare: { flags: [], env: CHANNELS },
    client: { flags: ['--require', CLIENT], env: CHANNELS },
    witness: { flags: ['--require', CLIENT], env: witness },
    report: { flags: ['--report-on-signal', `--report-dir=${folder}`], env: CHANNELS },
    profile: { flags: ['--cpu-prof', `--cpu-prof-dir=${folder}`], env: CHANNELS },
  }
}

const rotated = (all, by) => all.map((_, i) => all[(i + by) % all.length])

async function begin({ flags, env }) {
  const begun = performance.now()
  const child = await startNode([...flags, APP], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdio[4].on('data', text => {
    said += text
  })
  await once(child.stdout, 'data')
  return { child, begun, firstMs: performance.now() - begun, speaks: () => said.includes('"witness"') }
}

/** KB */
function sizes(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  const field = name => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)[1])
  return { pss: field('Pss'), dirty: field('Private_Dirty') }
}
