/** This process as the host of one worker, until that has ended for good. */
import { openWatcher } from '../create-watcher.js'
import type { Log } from '../log.js'
import type { Children } from '../options/from-settings.js'
import type { Settings } from '../options/settings.js'
import { machine } from '../os/machine.js'
import { resolveSettings } from '../settings/index.js'
import { HOSTING } from '../watcher.js'
import type { ChildConfig } from '../wire/commands.js'
import type { WatcherEvent } from '../wire/events.js'
import { leave } from './leave.js'
import { listen } from './listen.js'
import { Outcomes } from './outcome.js'
import { relay } from './relay.js'
import { orExit } from './settings.js'
import { passSignals } from './signals.js'

export interface Hosting {
  readonly settings: Settings
  readonly log: Log
  /** The worker among them. */
  readonly children: Children
  /** Makes the worker what it is to be. */
  readonly dress: (worker: ChildConfig) => ChildConfig
  /** A table instead of lines, where stderr is a terminal. */
  readonly live?: boolean
}

/** Ends this process as the worker has ended. */
export async function host({ settings, log, children, dress, live = false }: Hosting): Promise<never> {
  const resolved = orExit(() => resolveSettings(settings, children, machine()))
  const [first, ...others] = resolved.config.children
  const worker = dress(first as ChildConfig)
  // Loaded only where it is shown: every module delays the first line of the app.
  const show = live && process.stderr.isTTY ? await import('./live.js') : null
  const { policy } = resolved.config
  const outcomes = new Outcomes()
  const opening = openWatcher({
    ...resolved,
    config: {
      ...resolved.config,
      children: show === null ? [worker, ...others] : [worker, ...others].map(show.onPipes),
      onShutdown: 'exit',
      // What the worker may hold in all says nothing of its host, whose own growth is judged.
      policy: { ...policy, memoryTotal: Number.POSITIVE_INFINITY },
    },
  })
  // At once: a signal that comes meanwhile waits for the thread.
  const pass: Parameters<typeof passSignals>[0]['pass'] = (...what) =>
    void opening.then(
      watcher => watcher[HOSTING].pass(...what),
      () => {},
    )
  const patience = worker.policy.sources.stopTimeout.startsWith('level')
    ? Number.POSITIVE_INFINITY
    : worker.policy.stopTimeout
  passSignals({ group: worker.group, patience, hurry: worker.policy.forcedShutdownDelay, pass }, outcomes)
  for (const warning of resolved.warnings) log.note(warning)
  const watcher = (await opening).ref()
  const hear = (event: WatcherEvent) => {
    outcomes.hear(event)
    if (show === null) log.event(event)
  }
  listen(watcher, settings, hear)
  const endShow = show?.showLive(watcher)
  const relayed = worker.ipc === null ? async () => {} : relay(watcher, log)
  const report = await watcher.closed
  await relayed()
  endShow?.()
  leave(outcomes.of(report))
}
