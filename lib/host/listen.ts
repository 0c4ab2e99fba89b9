/** Everything that the watcher tells, but for samples, which would be sent for it. */
import type { Settings } from '../options/settings.js'
import type { Watcher } from '../watcher.js'
import { TOLD_TYPES } from '../wire/event-types.js'
import type { WatcherEvent } from '../wire/events.js'

export function listen(watcher: Watcher, { log }: Settings, hear: (event: WatcherEvent) => void): void {
  for (const type of TOLD_TYPES) watcher.on(type, hear)
  if (log === 'debug') watcher.on('sample', hear)
}
