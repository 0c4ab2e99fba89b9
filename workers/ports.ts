/** The real ports: one adapter each. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { createClock } from '../lib/os/clock.js'
import { unpacked } from '../lib/os/electron.js'
import { endHost } from '../lib/os/end-host.js'
import { createEscapees } from '../lib/os/escapees.js'
import { createGuard } from '../lib/os/guard.js'
import { createHub } from '../lib/os/hub.js'
import { hostMark } from '../lib/os/identity.js'
import { createLauncher } from '../lib/os/launcher.js'
import { createLedger } from '../lib/os/ledger.js'
import { createProportions } from '../lib/os/proportions.js'
import { createSampler } from '../lib/os/sampler/index.js'
import { signals } from '../lib/os/signals.js'
import { createTraffic } from '../lib/os/traffic.js'
import type { Ports } from '../lib/supervisor/context.js'
import type { WatcherEvent } from '../lib/wire/events.js'
import { Cell, type Install } from '../lib/wire/install.js'
import { Lives } from '../lib/wire/lives.js'
import { createForensics } from './forensics.js'

const clientPath = unpacked(fileURLToPath(new URL('../lib/client.cjs', import.meta.url)), process, existsSync)

export function realPorts({ config, watcher, nth, status, traffic, control, lives }: Install): Ports {
  const cells = new Int32Array(control)
  const clock = createClock()
  const post = batched(status)
  const { socket } = config
  const onFault = (message: string) => post({ type: 'fault', at: clock.wall(), message })
  const mark = `${hostMark()}:${watcher}:${nth}:`
  const delayMs = config.policy.forcedShutdownDelay
  const talk = createTraffic(traffic)
  const hub = socket === null ? null : createHub({ path: socket, isMember: signals.isMember, onFault })
  return {
    clock,
    sampler: createSampler(config.sampler),
    proportions: createProportions(),
    launcher: createLauncher({
      clientPath,
      hostMark: hostMark(),
      mark,
      attach: talk.attach,
      hub,
      socket,
      evidence: config.incidents?.dir ?? null,
    }),
    signals,
    guard: createGuard({
      onLost: onFault,
      mark,
      delayMs,
      ledger: createLedger(config.ledger, { mark, delayMs, onFault }),
    }),
    escapees: createEscapees(),
    forensics: createForensics(config, talk),
    lives: new Lives(lives, onFault),
    chance: Math.random,
    emit: post,
    endHost: reason => endHost(reason, () => Atomics.load(cells, Cell.HEARD) === 1),
  }
}

/** Events of one turn travel together, for a message costs a fifth of a millisecond. */
function batched(port: MessagePort): (event: WatcherEvent) => void {
  let batch: WatcherEvent[] = []
  function send(): void {
    port.postMessage(batch)
    batch = []
  }
  return event => {
    if (batch.push(event) === 1) queueMicrotask(send)
  }
}
