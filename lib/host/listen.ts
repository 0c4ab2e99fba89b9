/** Everything that the watcher tells, but for samples, which would be sent for it. */
import type { Settings } from '../options/settings.js'
import type { Watcher } from '../watcher.js'
import type { EventType, WatcherEvent } from '../wire/events.js'

const HEARD = {
  spawn: true,
  adopt: true,
  ready: true,
  limit: true,
  defer: true,
  extend: true,
  warn: true,
  terminate: true,
  kill: true,
  exit: true,
  backoff: true,
  giveup: true,
  incident: true,
  unhealthy: true,
  fault: true,
  shutdown: true,
} satisfies Record<Exclude<EventType, 'sample'>, true>

export function listen(watcher: Watcher, { log }: Settings, hear: (event: WatcherEvent) => void): void {
  for (const type of Object.keys(HEARD) as (keyof typeof HEARD)[]) watcher.on(type, hear)
  if (log === 'debug') watcher.on('sample', hear)
}
