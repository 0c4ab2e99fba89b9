/** What somebody else did meanwhile: delays that are measured beside a stranger's compiler are the compiler's. */
import { readFileSync } from 'node:fs'
import { ownUs, processUs } from './cpu.js'
import { sum } from './stats.js'

const US_PER_TICK = 10_000

/** `pids`: of all that takes part. The answer tells how much all others used since, in percent of one core, within some 5. */
export function watchStrangers(pids) {
  const before = account(pids)
  return () => {
    const after = account(pids)
    return Math.max(0, (100 * (after.others - before.others)) / (after.at - before.at))
  }
}

const account = pids => ({ at: performance.now() * 1000, others: everybodysUs() - ownUs() - sum(pids.map(processUs)) })

/** Of all processors: user, nice, system, interrupts, and what the hypervisor gave to somebody else. */
function everybodysUs() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'latin1')
    .split(/\s+/)
    .slice(1, 9)
    .map(Number)
  return (user + nice + system + irq + softirq + steal) * US_PER_TICK
}
