/** The live table, a line a child, and under it what happened last. */
import { styleText } from 'node:util'
import Table from 'cli-table3'
import logUpdate from 'log-update'
import { cellsOf } from './row.js'

const DRAW_EVERY_MS = 200
const LAST_EVENTS = 9
const COLUMNS = ['child', 'phase', 'life', 'CPU of one core', 'memory above its start', 'lateness', 'streak']
const WIDTHS = [10, 16, 6, 21, 26, 12, 8]
/** With the lines between. */
export const LIVE_COLUMNS = WIDTHS.reduce((sum, width) => sum + width + 1, 1)

export function openLive(ledger, conversation) {
  let blocked = false

  function draw() {
    logUpdate([headline(), table(ledger), ...lastEvents(ledger)].join('\n'))
  }

  function headline() {
    const main = blocked
      ? styleText(['bold', 'white', 'bgRed'], ' main thread BLOCKED for 5 s: this picture stands still ')
      : styleText('green', ledger.block === null ? 'main thread free' : 'main thread free again')
    const answers = `${conversation().length} answers of tsserver`
    return `${styleText('bold', 'osqwatch')}  ${ledger.clock(Date.now())} s   ${answers}   ${main}`
  }

  const timer = setInterval(draw, DRAW_EVERY_MS)
  return {
    tell() {},
    announceBlock() {
      blocked = true
      draw()
      blocked = false
    },
    close() {
      clearInterval(timer)
      draw()
      logUpdate.done()
    },
  }
}

function table(ledger) {
  const drawn = new Table({
    head: COLUMNS,
    colWidths: WIDTHS,
    style: { head: ['cyan'], border: ['dim'], 'padding-left': 1, 'padding-right': 1 },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  for (const child of ledger.limits.keys()) if (ledger.lives(child) > 0) drawn.push(cellsOf(ledger, child))
  return drawn.toString()
}

function lastEvents(ledger) {
  const events = ledger.events().filter(({ type }) => type !== 'ready')
  return events.slice(-LAST_EVENTS).map(event => {
    const line = `${ledger.clock(event.at).padStart(5)} s  ${event.message}`
    const fitting = line.length < LIVE_COLUMNS ? line : `${line.slice(0, LIVE_COLUMNS - 1)}…`
    return isOfBlock(ledger, event) ? styleText('magenta', fitting) : styleText('dim', fitting)
  })
}

const isOfBlock = ({ block }, { at }) => block !== null && at > block.from && at < block.to
