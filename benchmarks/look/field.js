/** Who is looked at, and who looks: one contender a way and a scenario, each a process that waits until it is asked. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { start, startIdle, startNode } from '../lib/children.js'
import { FLOORS, WAYS } from './ways.js'

const fileOf = name => new URL(name, import.meta.url).pathname

/** Answers with the program's path, or with null where there is no compiler. */
export function compileFloor() {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-floor-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  const program = join(folder, 'floor')
  try {
    execFileSync('cc', ['-O2', '-o', program, fileOf('floor.c')], { stdio: ['ignore', 'ignore', 'inherit'] })
    return program
  } catch {
    return null
  }
}

/** Processes that are looked at; more are started only where there are not enough. */
export function createTargets() {
  const idle = []
  return {
    async idle(count) {
      idle.push(...(await startIdle(count - idle.length)))
      return idle.slice(0, count).map(child => child.pid)
    },
    async fat() {
      const child = await startNode([fileOf('fat.js')], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      await once(child, 'message')
      return [child.pid]
    },
  }
}

/** One job for each way that can look at so many processes. */
export async function startJobs(scenario, pids, floor) {
  const ways = Object.entries(WAYS).filter(([, { most = Number.POSITIVE_INFINITY }]) => pids.length <= most)
  const floors = floor === null ? [] : Object.entries(FLOORS)
  const words = pids.map(String)
  // Ours next to the floor: what is compared most closely is measured within a moment.
  const starting = [
    ...floors.map(([way, facts]) => contend(way, facts, floor, [facts.files, ...words])),
    ...ways.map(([way, facts]) => contend(way, facts, process.execPath, [fileOf('contender.js'), way, ...words])),
  ]
  return (await Promise.all(starting)).map(job => ({ ...job, scenario, count: pids.length, paced: {} }))
}

async function contend(way, { label, starts = false, burstMs, paced: paceable = true }, command, args) {
  const child = await start(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${label} ended with ${signal ?? code}`)
  })
  // It is awaited where something is asked; nobody minds when it ends at the end.
  ended.catch(() => {})
  return {
    way,
    label,
    starts,
    burstMs,
    paceable,
    async ask(...words) {
      const answer = once(answers, 'line')
      child.stdin.write(`${words.join(' ')}\n`)
      return JSON.parse((await Promise.race([answer, ended]))[0])
    },
    child,
  }
}
