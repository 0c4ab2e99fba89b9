/** The middle of the demo: the host's own main thread stands still, and does so just when somebody is about to go wrong. */
const BLOCK_MS = 5000
const MB = 1024 * 1024
/** Of the leak's 100 MB. At 20 MB a second the rest comes in a second or two, but not before the block. */
const NEAR_MB = { from: 60, to: 85 }
const FRESH_MS = 250

/** The leak is just now nearly over its limit, in a life that is not its first; tsserver has read its files and answers. */
export function isBlockDue(ledger, conversation) {
  const leak = ledger.samples.get('leak')
  if (ledger.block !== null || leak === undefined || leak.life < 2) return false
  const isNear = leak.footprint > NEAR_MB.from * MB && leak.footprint < NEAR_MB.to * MB
  return isNear && Date.now() - leak.at < FRESH_MS && conversation().length > 0
}

/** Nothing of JavaScript runs in the main thread until it is over: no timer, no message, no signal handler. */
export function blockMainThread(ledger) {
  const from = Date.now()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCK_MS)
  ledger.block = { from, to: Date.now() }
  ledger.isBlocking = false
}
