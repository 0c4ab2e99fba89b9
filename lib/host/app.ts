/** The app of this process as a child: the same Node, the same everything. */
import { readFileSync } from 'node:fs'
import type { ChildConfig } from '../wire/commands.js'
import { withoutUs } from './flags.js'
import { isForeground } from './terminal.js'

/** All that a worker of ours has, whatever it is: this process's own streams, and its terminal where there is one. */
export function inherited(worker: ChildConfig): ChildConfig {
  const stdio = { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' } as const
  return { ...worker, stdio, group: isForeground() ? 'shared' : 'own' }
}

/** `worker` was resolved for some command: what is run is the script of this process, which may be a folder, or lack its `.js`. */
export function appOf(worker: ChildConfig, self: string): ChildConfig {
  const [, module = '', ...args] = process.argv
  const execArgv = withoutUs(process.execArgv, self, process.cwd())
  const run = { type: 'module', module, execArgv, argv0: process.argv0 } as const
  return { ...inherited(worker), run, args, ipc: ipcMode(), client: 'argument' }
}

/** As whoever forked this process writes messages; Node itself has taken the variable out of process.env. */
function ipcMode(): ChildConfig['ipc'] {
  if (process.send === undefined) return null
  return environ().includes('NODE_CHANNEL_SERIALIZATION_MODE=advanced') ? 'advanced' : 'json'
}

function environ(): string[] {
  try {
    return readFileSync('/proc/self/environ', 'utf8').split('\0')
  } catch {
    return []
  }
}
