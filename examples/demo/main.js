/**
 * The demonstration: one host, a worker, a real program that nobody here wrote, and five extensions that go wrong, each in
 * its own way. In the middle the host's main thread is blocked for 5 s. Exits 0 if all of it was what should happen.
 */
import { createWatcher } from 'osqwatch'
import { openLive } from '../../dist/lib/live/index.js'
import { blockMainThread, isBlockDue } from './block.js'
import { cast } from './cast.js'
import { HAPPENINGS } from './expectations.js'
import { Ledger } from './ledger.js'
import { report } from './report.js'
import { headline, isOfBlock, tellBlock } from './show.js'
import { setStage } from './stage.js'

/** The demo ends by itself within a minute, also where things take much longer than they should. */
const MOST_MS = 52_000
/** All has happened: a moment more to look at it. */
const LINGER_MS = 2000
const ROWS_EVERY_MS = 500
const EXIT_INTERRUPTED = 130

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interruption.abort())

const stage = setStage()
try {
  process.exitCode = await run()
} catch (error) {
  // Ctrl-C during the start: the watcher is not to be had any more.
  if (!interruption.signal.aborted) throw error
  process.exitCode = EXIT_INTERRUPTED
} finally {
  stage.clear()
}

async function run() {
  const ledger = new Ledger()
  const { conversation } = stage
  const watcher = await createWatcher({ ...cast(stage), signal: interruption.signal })
  watcher.ref()
  const live = openLive(process.stdout, {
    startedAt: ledger.startedAt,
    headline: paint => headline(ledger, conversation, paint),
    isMarked: event => isOfBlock(ledger, event),
  })
  const timers = [setTimeout(end, ledger.startedAt + MOST_MS - Date.now())]
  let hasHappened = false

  function end() {
    ledger.stoppedAt ??= Date.now()
    void watcher.stop()
  }

  watcher.on('event', event => {
    ledger.hear(event)
    live.tell(event)
    if (isBlockDue(ledger, conversation)) {
      tellBlock(ledger, live)
      blockMainThread(ledger)
    }
    if (hasHappened || !HAPPENINGS.every(({ isMet }) => isMet({ ledger, conversation }))) return
    hasHappened = true
    timers.push(setTimeout(end, LINGER_MS))
  })

  const show = () => watcher.status().then(live.rows, () => {})
  // Rows have what was recorded while this thread stood still.
  timers.push(setInterval(show, ROWS_EVERY_MS))
  await show()
  const shutdown = await watcher.closed
  timers.forEach(clearTimeout)
  live.close()
  if (interruption.signal.aborted) return EXIT_INTERRUPTED
  return report({ ledger, conversation, report: shutdown }) ? 0 : 1
}
