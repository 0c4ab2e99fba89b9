/** The watcher thread: real ports in, expose, return. An install task: it ends once the watcher is set up, and the watcher lives on. */
import { expose } from 'comlink'
import { hostMark, isSame } from '../lib/os/identity.js'
import { endLeftovers } from '../lib/os/leftovers.js'
import { endMarked, endPast } from '../lib/os/past.js'
import { signals } from '../lib/os/signals.js'
import { threadId } from '../lib/os/thread.js'
import { Supervisor } from '../lib/supervisor/supervisor.js'
import { endpoint } from '../lib/wire/endpoint.js'
import { Cell, END, type Install } from '../lib/wire/install.js'
import { realPorts } from './ports.js'

export default async function install(given: Install): Promise<void> {
  const control = new Int32Array(given.control)
  const { config, watcher, nth, status, commands, leftovers } = given
  Atomics.store(control, Cell.TID, threadId())
  await endLeftovers(leftovers, config.policy.forcedShutdownDelay, isSame, signals)
  const ports = realPorts(given)
  if (nth > 1) await endMarked(`${hostMark()}:${watcher}:`, config.policy.forcedShutdownDelay)
  await endPast(config.ledger, message => ports.emit({ type: 'fault', at: ports.clock.wall(), message }))
  const supervisor = new Supervisor(config, ports)
  process.on('uncaughtException', error => supervisor.fault(error))
  process.on('unhandledRejection', error => supervisor.fault(error))
  async function end(): Promise<void> {
    await supervisor.hurry()
    Atomics.store(control, Cell.ALL_DOWN, 1)
    Atomics.notify(control, Cell.ALL_DOWN)
  }
  status.on('message', message => {
    if (message === END) void end()
    else Atomics.store(control, Cell.ANSWERED, message)
  })
  expose(supervisor, endpoint(commands))
}
