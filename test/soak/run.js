/**
 * npm run soak -- [--lives N]: very many short lives under one watcher. What the host has of everything is counted after the
 * first thousand and at the end, both times with nobody supervised. Exits 1 if anything grew.
 */
import { parseArgs } from 'node:util'
import { createWatcher } from 'osqwatch'
import { count, LEDGERS } from './ledgers.js'
import { Turnover } from './turnover.js'

const EXIT_INTERRUPTED = 130
/** Before it everything is touched once: caches, pools, code that the engine compiles. */
const WARM_UP_LIVES = 1000
const MOST_WARM_UP = 1 / 2

const { values } = parseArgs({ options: { lives: { type: 'string', default: '10000' } } })
const lives = Number(values.lives)
if (!Number.isInteger(lives) || lives < 100) throw new Error('--lives takes a whole number from 100 on')
if (globalThis.gc === undefined) throw new Error('memory is compared after a collection: run it with node --expose-gc')

let thread = null
process.on('worker', worker => {
  thread = worker
})
const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interruption.abort())

const watcher = await createWatcher({
  limits: { stopTimeout: '2s', forcedShutdownDelay: '1s' },
  signal: interruption.signal,
})
watcher.ref()
const turnover = new Turnover(watcher, interruption.signal)
const begun = performance.now()
await turnover.until(Math.min(WARM_UP_LIVES, lives * MOST_WARM_UP))
const before = await countTwice()
await turnover.until(lives)
const after = await countTwice()
const seconds = (performance.now() - begun) / 1000
await watcher.stop()

if (interruption.signal.aborted) process.exitCode = EXIT_INTERRUPTED
else {
  const rows = LEDGERS.map(({ name, unit, mayGrow }) => {
    const [first, last] = [before[name], after[name]]
    return { what: `${name}, ${unit}`, 'after warm-up': first, 'at the end': last, 'at most': first + mayGrow(first) }
  })
  console.table(Object.fromEntries(rows.map(({ what, ...row }) => [what, row])))
  const grown = rows.filter(row => row['at the end'] > row['at most']).map(({ what }) => what)
  console.log(
    `soak: ${turnover.lives} lives in ${seconds.toFixed(0)} s: ${grown.length === 0 ? 'flat' : `grew: ${grown.join('; ')}`}`,
  )
  if (grown.length > 0) process.exitCode = 1
}

/** Counting takes memory, too, and what lives have left to the allocator goes to it: alike are only counts after a count. */
async function countTwice() {
  await count(watcher, thread)
  return count(watcher, thread)
}
