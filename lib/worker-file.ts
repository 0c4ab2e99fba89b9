import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { OsqwatchError } from './wire/errors.js'

/** Bundlers leave the thread's file behind: say so, instead of failing inside a thread. */
export function workerFile(given: string | null): string {
  const file = given ?? fileURLToPath(new URL('../workers/watcher.js', import.meta.url))
  if (existsSync(file)) return file
  const hint =
    'if this host is bundled, ship node_modules/osqwatch/dist beside it and name dist/workers/watcher.js in `workerPath`'
  throw new OsqwatchError('ERR_OSQWATCH_WORKER_FILE', `the watcher thread's file is missing: ${file}; ${hint}`)
}
