import { type Resolved, resolveOptions } from './options/resolve.js'
import type { WatcherOptions } from './options/types.js'
import { machine } from './os/machine.js'
import { warnUser } from './outbox.js'
import { Watcher } from './watcher.js'

/**
 * Checks the options, starts the watcher thread and, in it, the children.
 *
 * Rejects with an `OsqwatchError`: ERR_OSQWATCH_OPTIONS lists every wrong option, and nothing was started;
 * ERR_OSQWATCH_WORKER_FILE when the thread's file is missing; the signal's reason when it is aborted already.
 */
export async function createWatcher(options?: WatcherOptions): Promise<Watcher> {
  const resolved = resolveOptions(options, machine())
  const { signal } = resolved
  signal?.throwIfAborted()
  for (const warning of resolved.warnings) warnUser(warning)
  const watcher = await openWatcher(resolved)
  const stop = () => void watcher.stop()
  signal?.addEventListener('abort', stop, { once: true })
  void watcher.closed.then(() => signal?.removeEventListener('abort', stop))
  if (signal?.aborted) stop()
  return watcher
}

/** From options that are resolved: a host of ours sets what is no option. */
export async function openWatcher({ config, context, workerPath }: Resolved): Promise<Watcher> {
  const watcher = new Watcher(config, context, workerPath)
  await watcher.open()
  return watcher
}
