/** A process and all who descend from it. */
import { readdirSync, readFileSync } from 'node:fs'

export function familyOf(pid) {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(look)
  const family = all.filter(process => process.pid === pid)
  // The list grows while it is walked.
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === pid))
  return family
}

export const kilobytes = pid => Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))[1])

/** Nothing, if it has gone meanwhile. The name stands in brackets and may hold anything. */
function look(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const end = text.lastIndexOf(')')
    return [
      {
        pid: Number(pid),
        name: text.slice(text.indexOf('(') + 1, end),
        parent: Number(text.slice(end + 4).split(' ')[0]),
      },
    ]
  } catch {
    return []
  }
}
