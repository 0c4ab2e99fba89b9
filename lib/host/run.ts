/** The engine of `osqwatch run`: any program as the worker of this process. */
import { openLog } from '../log.js'
import type { Settings } from '../options/settings.js'
import type { ChildOptions } from '../options/types.js'
import { writeLine } from '../os/stderr.js'
import type { ChildConfig } from '../wire/commands.js'
import { inherited } from './app.js'
import { host } from './host.js'

export interface RunOrder {
  readonly settings: Settings
  /** The program and its arguments. */
  readonly command: readonly string[]
  readonly extensions: Readonly<Record<string, ChildOptions>>
  /** A table instead of lines. */
  readonly live: boolean
}

export function runCommand({ settings, command, extensions, live }: RunOrder): Promise<never> {
  const [program = '', ...args] = command
  const worker = { command: program, args }
  const log = openLog(settings.log, writeLine)
  for (const note of settings.notes) log.note(note)
  if (settings.adopt !== null) log.note('nothing is adopted here: that is for an app under osqwatch/register')
  // A Node behind it, whatever starts it, has the client by its environment.
  const dress = (worker: ChildConfig): ChildConfig => ({ ...inherited(worker), client: 'environment' })
  return host({ settings, log, children: { worker, extensions }, dress, live })
}
