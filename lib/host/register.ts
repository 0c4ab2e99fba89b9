/** What `osqwatch/register` does where there is no host yet. */
import inspector from 'node:inspector'
import { type Log, openLog } from '../log.js'
import type { Settings } from '../options/settings.js'
import { writeLine } from '../os/stderr.js'
import { appOf } from './app.js'
import { flagsOf, preloadsBefore, wordsOf } from './flags.js'
import { host } from './host.js'
import { refusalOf } from './refusal.js'
import { settingsHere } from './settings.js'

/** Settles where this process goes on as the app. */
export async function register(self: string): Promise<void> {
  const { argv, execArgv, env } = process
  const refusal = refusalOf({ argv, execArgv, env, cwd: process.cwd() }, self)
  if (refusal === 'silent') return
  const settings = settingsHere()
  const log = openLog(settings.log, writeLine)
  for (const note of settings.notes) log.note(note)
  if (settings.disabled) log.note('disabled by its settings: this process is not supervised')
  else if (settings.adopt !== null) await adopt(settings, log)
  else if (refusal !== null) log.note(`not supervised: ${refusal.reason}`)
  else await become(settings, log, self)
}

function become(settings: Settings, log: Log, self: string): Promise<never> {
  const before = preloadsBefore(process.execArgv, process.env.NODE_OPTIONS ?? '', self, process.cwd())
  if (before.length > 0) {
    log.note(`also run in the host: ${before.join(', ')}; with --import osqwatch/register in front, it is not`)
  }
  giveUpInspector()
  const children = { worker: { command: process.execPath } }
  return host({ settings, log, children, dress: worker => appOf(worker, self) })
}

/** The app gets the flag, too, and there the port is wanted. */
function giveUpInspector(): void {
  const words = [...process.execArgv, ...wordsOf(process.env.NODE_OPTIONS ?? '')]
  if (flagsOf(words).some(({ name }) => name === '--inspect')) inspector.close()
}

/** This process stays the app, and its children are watched. */
async function adopt(settings: Settings, log: Log): Promise<void> {
  const { adoptHere } = await import('./adopt.js')
  await adoptHere(settings, log)
}
