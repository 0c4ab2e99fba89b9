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

const helper = (detached, stdio = 'ignore') => spawn('sleep', ['905'], { stdio, detached })
/** It keeps 150 MB for a minute. */
const HOARD = '(head -c 150000000 /dev/zero; sleep 60) | tail -c 150000000 >/dev/null'

const pause = ms => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
const hoard = { bytes: null }

const acts = {
  spin: () => {
    for (;;);
  },
  block: () => pause(),
  pause: ms => pause(Number(ms)),
  'spin-on': ms => {
    for (const until = Date.now() + Number(ms); Date.now() < until; );
  },
  leak,
  hoard: () => {
    hoard.bytes ??= Buffer.alloc(200 * 1024 * 1024, 1)
  },
  'leak-in-tree': () => spawn('sh', ['-c', HOARD], { stdio: 'ignore' }),
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
  'leave-channel': () => {
    for (const detached of [false, true]) helper(detached, ['ignore', 'ignore', 'ignore', CHANNEL_FD])
    setTimeout(() => process.exit(0), 50)
  },
  'close-channel': () => closeSync(CHANNEL_FD),
  flood: () => write(`${'x'.repeat(1000)}\n`, 2000),
  garbage: () => write(Buffer.from([0, 255, 10, 123, 125, 10, 0x22, 0x5b]), 200),
  beats: () => write('{"type":"beat","seq":-1,"pid":1,"usr1":false,"inspector":false}\n', 50),
  'extend-flood': () => write('EXTEND_TIMEOUT_USEC=1000000\n', 20_000),
  'extend-and-block': () => {
    write('EXTEND_TIMEOUT_USEC=3000000\n', 1)
    pause(3500)
  },
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
