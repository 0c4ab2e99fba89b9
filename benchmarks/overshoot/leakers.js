/** What the leakers tell of themselves, and their end: not all of them are children of this process. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
// Its own end comes first: nobody is left then to start another leaker.
import '../lib/children.js'

export const MB = 2 ** 20
export const LIMIT_MB = 200
/** Slow rivals would fill the machine: here a leak stops by itself. */
export const MOST_MB = 2000
const DEADLINE_MS = 20_000
const LOOK_MS = 5

const file = new URL('./leak.js', import.meta.url).pathname
let root = null
let folders = 0

process.on('exit', () => {
  if (root === null) return
  for (const folder of readdirSync(root)) killLeakers(`${root}/${folder}`)
  rmSync(root, { recursive: true, force: true })
})

/** Each session of a rival has its own. */
export function newFolder() {
  root ??= mkdtempSync(`${tmpdir()}/osqwatch-overshoot-`)
  const folder = `${root}/${++folders}`
  mkdirSync(`${folder}/leakers`, { recursive: true })
  return folder
}

/** The arguments of a Node that leaks. */
export const leakArgs = (folder, rate) => [file, `${folder}/leakers`, String(rate), String(MOST_MB)]

/** The leakers that ever began in a folder, as they last told: resident bytes, and the share of what was due that had leaked. */
export function leakersOf(folder) {
  const names = readdirSync(`${folder}/leakers`)
  return names.flatMap(name => {
    const [pages, share, isFull] = readFileSync(`${folder}/leakers/${name}`, 'latin1')
      .split(' ')
      .filter(Boolean)
      .map(Number)
    const [pid, start] = name.split('.')
    return isFull === undefined
      ? []
      : [{ pid: Number(pid), start, resident: pages * pageBytes(), share, isFull: isFull === 1 }]
  })
}

/** So many of them, as soon as they have told of themselves. */
export function readyLeakers(folder, count = 1) {
  return until(`${count} leakers`, () => {
    const leakers = leakersOf(folder)
    return leakers.length >= count && leakers
  })
}

/** A zombie does not live, nor does another process of the same pid. */
export function lives({ pid, start }) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[19] === start && fields[0] !== 'Z' && fields[0] !== 'X'
  } catch {
    return false
  }
}

export async function until(what, ask, deadlineMs = DEADLINE_MS) {
  for (const begun = performance.now(); performance.now() - begun < deadlineMs; await delay(LOOK_MS)) {
    const answer = ask()
    if (answer) return answer
  }
  throw new Error(`Not within ${deadlineMs} ms: ${what}`)
}

export async function endLeakers(folder) {
  killLeakers(folder)
  await until('the leakers are gone', () => !leakersOf(folder).some(lives))
}

function killLeakers(folder) {
  for (const leaker of leakersOf(folder)) if (lives(leaker)) process.kill(leaker.pid, 'SIGKILL')
}

let bytesOfPage = 0
function pageBytes() {
  bytesOfPage ||= Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'latin1' }))
  return bytesOfPage
}
