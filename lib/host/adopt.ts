/** `OSQWATCH_ADOPT=1`: the watcher lives in the app's own process. */
import { adoptAll } from '../adopt-all.js'
import { openWatcher } from '../create-watcher.js'
import type { Log } from '../log.js'
import type { Settings } from '../options/settings.js'
import { machine } from '../os/machine.js'
import { resolveSettings } from '../settings/index.js'
import { listen } from './listen.js'
import { orExit } from './settings.js'

/** Settles when whatever the app starts from then on is adopted. */
export async function adoptHere(settings: Settings, log: Log): Promise<void> {
  const resolved = orExit(() => resolveSettings(settings, {}, machine()))
  for (const warning of resolved.warnings) log.note(warning)
  // The process is the app's: what it holds is its own business, and there is no worker to end with.
  const config = { ...resolved.config, judgeHost: settings.level !== 'app', endWithWorker: false }
  const watcher = await openWatcher({ ...resolved, config })
  listen(watcher, settings, log.event)
  await adoptAll({ watcher, adopt: settings.adopt ?? {} })
}
