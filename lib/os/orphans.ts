/** Processes whose parent has died: the kernel gives them to the first process, or to a reaper among this one's ancestors. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { readStat } from './identity.js'
import type { Identity } from './ports.js'
import { hasEnded } from './sampler/stat.js'

/** Rows of two moments might form a ring. */
const MOST_ANCESTORS = 64

/** Those that this user may end. */
export function orphans(): Identity[] {
  const takers = new Set([1, ...ancestors()])
  const lists = [...takers].map(childrenOf)
  const all = lists.includes(null) ? everybody() : lists.flatMap(list => list ?? [])
  return all.flatMap(pid => {
    const stat = readStat(pid)
    const isOne = stat !== null && takers.has(stat.parent) && !hasEnded(stat) && isOurs(pid)
    return isOne && pid !== process.pid && !takers.has(pid) ? [{ pid, start: String(stat.start) }] : []
  })
}

function ancestors(): number[] {
  const found: number[] = []
  let above = process.pid === 1 ? 0 : (readStat(process.pid)?.parent ?? 0)
  for (let step = 0; step < MOST_ANCESTORS && above > 0; step++) {
    found.push(above)
    above = readStat(above)?.parent ?? 0
  }
  return found
}

/** By its own list, which spares a look at everybody; null: it cannot be read. */
function childrenOf(pid: number): number[] | null {
  try {
    const lists = readdirSync(`/proc/${pid}/task`).map(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1'),
    )
    return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number))
  } catch {
    return null
  }
}

/** Every pid in /proc. */
export const everybody = (): number[] => readdirSync('/proc').map(Number).filter(Boolean)

function isOurs(pid: number): boolean {
  const us = process.geteuid?.()
  return us === 0 || statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === us
}
