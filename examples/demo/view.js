/** While it runs: a live table where there is room for one, otherwise plain lines. */
import { LIVE_COLUMNS, openLive } from './live.js'

export function openView(ledger, conversation) {
  const { isTTY, columns } = process.stdout
  return isTTY && columns >= LIVE_COLUMNS ? openLive(ledger, conversation) : openPlain(ledger)
}

/** Not worth a line of their own. */
const QUIET = new Set(['sample', 'ready'])

function openPlain(ledger) {
  const line = (at, who, what, message) =>
    console.log(`${ledger.clock(at).padStart(5)} s  ${who.padEnd(8)}  ${what.padEnd(9)}  ${message}`)
  return {
    tell({ type, at, child = 'watcher', message }) {
      if (!QUIET.has(type)) line(at, child, type, message)
    },
    announceBlock: () =>
      line(
        Date.now(),
        'host',
        'block',
        'the main thread is blocked; what follows was done meanwhile, and is told after',
      ),
    close() {},
  }
}
