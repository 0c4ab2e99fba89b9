/** What the demo adds to the live table: the answers of tsserver, and the block of its own main thread. */

/** Beside the clock. */
export function headline(ledger, conversation, paint) {
  return `${conversation().length} answers of tsserver   ${mainThread(ledger, paint)}`
}

function mainThread({ isBlocking, block }, paint) {
  if (isBlocking) {
    return paint(['bold', 'white', 'bgRed'], ' main thread BLOCKED for 5 s: this picture stands still ')
  }
  return paint('green', block === null ? 'main thread free' : 'main thread free again')
}

/** The last thing that is drawn before it. Where there is no table, a line tells of it. */
export function tellBlock(ledger, live) {
  ledger.isBlocking = true
  live.draw()
  if (process.stdout.isTTY) return
  const seconds = ledger.clock(Date.now()).padStart(5)
  const what = 'the main thread is blocked; what follows was done meanwhile, and is told after'
  live.output(`${seconds} s  ${'host'.padEnd(8)}  ${'block'.padEnd(9)}  ${what}\n`)
}

export const isOfBlock = ({ block }, { at }) => block !== null && at > block.from && at < block.to
