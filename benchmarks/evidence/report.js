/** The figures of evidence, told. */
import { figure, quantile } from '../lib/stats.js'
import { bytesTable, deathTable, recorderTable, wholeTable, witnessTable } from './costs.js'
import { BUDGET_MS, HOGS, LIMIT_MS, WAYS } from './ladder.js'
import { ladderTable, leakTable, rivalTable } from './tables.js'
import { targets, times } from './targets.js'

const STORY = `When a limit is broken, osqwatch looks into the child before it sends SIGTERM: a thread inside of a Node child, the *witness*, is asked for
the stack, a profile of 200 ms and the heap; a shell reads what the system knows. Both have a budget, ${BUDGET_MS} ms here as by default, and SIGTERM goes
out as soon as both have answered. A child works for a second and then spins in one line for good; \`heartbeatLimit\` is ${LIMIT_MS} ms, \`warnDelay\` 0 and
\`cooldown\` 0. Three hosts take turns: with witness, without, and with \`incidents: false\`, which looks into nothing; then the same beside ${HOGS} busy loops,
each in a session of its own. Both times are the events' own. The rest is what the knowing costs while nothing happens: in the child, and in the watcher's
thread, whose flight recorder notes each sample, look and beat; and what each death costs that thread.`

export function report(found) {
  const { ladder, others, leaked, witness, recorder, deaths, whole, load } = found
  return {
    story: STORY,
    tables: [
      ladderTable(ladder),
      rivalTable(others),
      leakTable(leaked),
      witnessTable(witness),
      recorderTable(recorder),
      bytesTable(recorder.bytes),
      deathTable(deaths),
      ...(whole ? [wholeTable(whole)] : []),
    ],
    plots: [],
    targets: targets(found),
    runs: `${ladder.alone.off.length} lives of each host in each place; ${witness.bare.length} starts; ${deaths.on.lives.length} deaths; ${quiet(load)}`,
    spread: Object.entries(WAYS)
      .map(([way, { label }]) => `${label}: half of the ladders lie within ${half(ladder.alone[way])}`)
      .join('; '),
    data: found,
  }
}

/** In ms: of 0 or 1 there is no share. */
const half = lives => `${figure(quantile(times(lives), 0.75) - quantile(times(lives), 0.25))} ms`

/** Before anything of this ran, nobody should have wanted a processor. */
function quiet(load) {
  const told = `load over a minute ${load.map(figure).join(' before it began, ')} at its end`
  return load[0] > 1
    ? `${told}: others used the processors, so compare within a table, and take no ms for those of a quiet machine`
    : told
}
