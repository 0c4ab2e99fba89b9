/** How soon a blocked loop is found, and whether anybody is blamed who only waits for a processor. */
import { crowd } from './hang/crowd.js'
import { report } from './hang/report.js'
import { verdicts } from './hang/verdicts.js'
import { alone } from './lib/report.js'

export const title = 'from a blocked loop to its verdict'

export async function measure({ quick, log }) {
  const verdictsMs = quick ? 10_000 : 40_000
  log(`hang: blocked loops, ${verdictsMs / 1000} s`)
  const found = await verdicts(verdictsMs)
  const crowdMs = quick ? 15_000 : 120_000
  log(`hang: a crowd, ${crowdMs / 1000} s`)
  return { name: 'hang', title, ...report(found, await crowd(crowdMs), crowdMs) }
}

if (process.argv[1] === import.meta.filename) await alone(measure)
