/** What a child can make the watcher's thread cost by what it writes to its heartbeat channel. */
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { KINDS } from './flood/flooder.js'
import { threadsOf } from './lib/cpu.js'
import { startRemote } from './lib/remote.js'
import { alone } from './lib/report.js'
import { figure } from './lib/stats.js'

export const title = 'a child that floods its channel'

const path = file => fileURLToPath(new URL(file, import.meta.url))
const IDLE = 'silent'
/** Percent of one core. */
const MOST = 1
/** What came before the flood was noticed, and the code is warm. */
const SETTLE_MS = 2000

export async function measure({ quick, log }) {
  const roundMs = quick ? 3000 : 10_000
  const found = []
  for (const kind of [IDLE, ...KINDS]) {
    log(`flood: ${kind}`)
    found.push({ kind, percent: await under(kind, roundMs) })
  }
  return { name: 'flood', title, ...report(found, roundMs) }
}

/** The watcher thread's CPU, in percent of one core, with one such child. */
async function under(kind, roundMs) {
  const remote = await startRemote(new URL('./lib/host.js', import.meta.url))
  const tid = await remote.ask('open', { limits: { heartbeatLimit: 'off', heartbeatInterval: '1s' } })
  // Without the preloaded client, so that nothing but the flood is on the channel.
  const flooder = { command: process.execPath, args: [path('./flood/flooder.js'), kind], stdio: 'ignore' }
  const child = kind === IDLE ? { command: 'sleep', args: ['900'], stdio: 'ignore' } : flooder
  await remote.ask('start', 1, child, false)
  await wait(SETTLE_MS)
  const [us, at] = [threadUs(remote.pid, tid), performance.now()]
  await wait(roundMs)
  const percent = (threadUs(remote.pid, tid) - us) / (performance.now() - at) / 10
  await remote.ask('stop')
  await remote.end()
  return percent
}

const threadUs = (pid, tid) => threadsOf(pid).find(thread => thread.tid === tid).us

function report(found, roundMs) {
  const idle = found[0].percent
  const worst = found.slice(1).reduce((most, one) => (one.percent - idle > most.percent - idle ? one : most))
  return {
    story: `One child writes to its heartbeat channel as fast as it is let, ${roundMs / 1000} s for each kind of flood, beside a child that
writes nothing. What the watcher's thread uses is read from outside. The kernel's buffer is all that a flooder gets ahead: its writes wait.`,
    tables: [
      {
        title: "The watcher's thread, in percent of one core",
        head: ['The child writes', 'thread', 'more than silent'],
        rows: found.map(({ kind, percent }) => [kind, figure(percent), figure(percent - idle)]),
      },
    ],
    plots: [],
    targets: [
      {
        what: 'what the worst flood adds to the thread',
        wanted: `less than ${MOST} % of a core`,
        got: `${figure(worst.percent - idle)} % (${worst.kind})`,
        held: worst.percent - idle < MOST,
      },
    ],
    runs: 'one for each kind',
    data: found,
  }
}

if (process.argv[1] === import.meta.filename) await alone(measure)
