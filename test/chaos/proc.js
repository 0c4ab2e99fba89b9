/** What /proc says of everybody, read from outside: nothing here is of the package that is judged. */
import { readdirSync, readFileSync } from 'node:fs'

/** One process at one moment; null: there is none of that pid, not even a zombie. `start` tells it from a later one. */
export function look(pid) {
  const stat = read(pid, 'stat')
  if (stat === '') return null
  // The name in brackets may itself hold brackets and spaces.
  const [state, parent, , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { pid, state, parent: Number(parent), session: Number(session), start: rest[15] }
}

/** Everybody, by pid. Not one moment: whoever is compared with somebody else is looked at again. */
export function lookAround() {
  const all = new Map()
  for (const name of readdirSync('/proc')) {
    const seen = /^\d+$/.test(name) ? look(Number(name)) : null
    if (seen !== null) all.set(seen.pid, seen)
  }
  return all
}

/** A zombie does not live. */
export const isLiving = seen => seen !== null && seen !== undefined && seen.state !== 'Z' && seen.state !== 'X'

export const lives = ({ pid, start }) => {
  const now = look(pid)
  return now?.start === start && isLiving(now)
}

export const environmentOf = pid => read(pid, 'environ').split('\0')

export const commandOf = pid => read(pid, 'cmdline').split('\0').join(' ').trim()

/** By identity, as far as that can be had from outside. */
export function signal(person, name) {
  if (!lives(person)) return false
  try {
    return process.kill(person.pid, name)
  } catch {
    return false
  }
}

/** Gone meanwhile, or somebody else's: as if it were empty. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
