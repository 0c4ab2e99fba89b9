/** How the cost of watching grows with the number of children: the watcher's side, the children's, starts and stops. */
import { alone } from './lib/report.js'
import { fill } from './scale/fill.js'
import { compile, kinds } from './scale/kinds.js'
import { report } from './scale/report.js'

export const title = 'one to a thousand children'

/** Children, and rounds of 3 s; the targets are read from the sizes that have several. */
const SIZES = [
  [1, 1],
  [10, 1],
  [100, 3],
  [300, 1],
  [1000, 3],
]
const QUICK_SIZES = [
  [10, 1],
  [100, 1],
]

export async function measure({ quick, log }) {
  const program = compile()
  const found = []
  for (const [count, rounds] of quick ? QUICK_SIZES : SIZES) {
    for (const kind of kinds(program)) {
      if (count > kind.most || count < (kind.least ?? 0) || (quick && kind.least)) continue
      log(`scale: ${count} children, ${kind.name}`)
      found.push({ kind: kind.name, ...(await fill(kind, count, rounds)) })
    }
  }
  return { name: 'scale', title, ...report(found, program !== null) }
}

if (process.argv[1] === import.meta.filename) await alone(measure)
