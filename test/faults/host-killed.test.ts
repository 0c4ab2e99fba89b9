/** `OSQWATCH_ROUNDS=100` for the whole hundred; what was the longest is told as a comment. */
import { until } from '../e2e/until.js'
import { DELAY_MS, MIXED, MIXED_SIZE, startFamily } from './families.js'
import { row } from './row.js'

const ROUNDS = Number(process.env.OSQWATCH_ROUNDS ?? 3)

row(
  {
    struck: 'host',
    fault: 'SIGKILL, with children that are deaf, stopped, wrapped, or escaped by setsid',
    holds: 'nothing is left, the guard neither',
    timeout: 300_000 * ROUNDS,
  },
  async t => {
    let longest = 0
    for (let round = 0; round < ROUNDS; round++) {
      const host = await startFamily(t, { extensions: MIXED }, MIXED_SIZE)
      host.kill('SIGKILL')
      const begun = performance.now()
      await until('nobody of its family is left', () => host.family().length === 0)
      const took = performance.now() - begun
      longest = Math.max(longest, took)
      await host.allGone()
      // Of a hundred, it is well to know that they go on.
      t.comment(`round ${round + 1}: ${Math.round(took)} ms`)
    }
    t.comment(
      `${ROUNDS} rounds, the longest ${Math.round(longest)} ms; forcedShutdownDelay + 1 s = ${DELAY_MS + 1000} ms`,
    )
    t.ok(longest > 0, 'each came to its end')
  },
)
