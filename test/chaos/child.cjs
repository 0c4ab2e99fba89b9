// A child that does what it is told: at SIGUSR2, or by a message, it does the word that it finds in its order.
const { spawn } = require('node:child_process')
const { closeSync, readFileSync, writeSync } = require('node:fs')

/** The channel's descriptor, as the client finds it. The environment does not tell any more. */
const CHANNEL_FD = 3
const kept = []

/** Written to, or it would not be resident. */
function leak() {
  kept.push(Buffer.alloc(8 * 1024 * 1024, 1))
  setTimeout(leak, 20)
}

function write(text, times) {
  for (let n = 0; n < times; n++) {
    try {
      writeSync(CHANNEL_FD, text)
    } catch {
      // Full, or closed.
      return
    }
  }
}

const helper = detached => spawn('sleep', ['905'], { stdio: 'ignore', detached })

const acts = {
  spin: () => {
    for (;;);
  },
  block: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  pause: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000),
  leak,
  exit: code => process.exit(Number(code)),
  throw: () => {
    throw new Error('told to')
  },
  deaf: () => process.on('SIGTERM', () => {}),
  'spin-deaf': () => {
    acts.deaf()
    setImmediate(acts.spin)
  },
  helpers: () => [1, 2, 3].map(() => helper(false)),
  session: () => helper(true),
  'leave-session': () => {
    helper(true)
    setTimeout(() => process.exit(0), 50)
  },
  'close-channel': () => closeSync(CHANNEL_FD),
  flood: () => write(`${'x'.repeat(1000)}\n`, 2000),
  garbage: () => write(Buffer.from([0, 255, 10, 123, 125, 10, 0x22, 0x5b]), 200),
  beats: () => write('{"type":"beat","seq":-1,"pid":1,"usr1":false,"inspector":false}\n', 50),
  'half-line': () => write('{"type":"beat","se', 1),
  'flood-messages': () => {
    for (let n = 0; n < 200; n++) process.send?.({ n, text: 'x'.repeat(10_000) })
  },
  print: () => console.log('x'.repeat(200_000)),
}

function obey(order) {
  const [word, argument] = order.trim().split(' ')
  acts[word]?.(argument)
}

process.on('SIGUSR2', () => {
  try {
    obey(readFileSync(`${process.env.CHAOS_ORDERS}/${process.pid}`, 'utf8'))
  } catch (error) {
    // One that came without an order is none of ours; what the order throws ends this process.
    if (error.code !== 'ENOENT') throw error
  }
})
process.on('message', ({ order }) => order && obey(order))
// As one that does not hold its host open any more would: it stays for its timer alone.
process.channel?.unref()
setInterval(() => {}, 60_000)
