import { resolveOptions } from './options/resolve.js'
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
  const { config, context, workerPath, signal, warnings } = resolveOptions(options, machine())
  signal?.throwIfAborted()
  for (const warning of warnings) warnUser(warning)
  const watcher = new Watcher(config, context, workerPath)
  await watcher.open()
  const stop = () => void watcher.stop()
  signal?.addEventListener('abort', stop, { once: true })
  void watcher.closed.then(() => signal?.removeEventListener('abort', stop))
  if (signal?.aborted) stop()
  return watcher
}
