/** Where the files of the watcher thread are. They stay files of their own, also when the host is bundled. */
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMistakenForNode, unpacked } from './os/electron.js'
import { OsqwatchError } from './wire/errors.js'

const HINT =
  'if this host is bundled, leave osqwatch out of the bundle, or ship the package with its dependencies beside it and name its ' +
  'dist/workers/watcher.js in `workerPath`'

const MISTAKEN =
  'a `module` child came up as the whole Electron app, and it must not start children in its turn: the fuse `runAsNode` is off; ' +
  'use utilityProcess and adopt it'

/** This file, or the bundle that it is in. A bundle in CommonJS has no import.meta.url, and an ES module no __filename. */
const HERE = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url)

/** Fails here, by name, rather than inside of a thread. */
export function workerFile(given: string | null): string {
  if (isMistakenForNode(process)) throw new OsqwatchError('ERR_OSQWATCH_SPAWN', MISTAKEN)
  const file = onDisk(given ?? fromPackage() ?? join(dirname(HERE), '../workers/watcher.js'))
  if (existsSync(file)) return file
  throw missing(`the watcher thread's file is missing: ${file}`)
}

/**
 * A package that finds files of its own by where it lies, so that it cannot be a part of a bundle: from where the thread's
 * file is, or from here.
 */
export function loadBeside(file: string, name: string): unknown {
  for (const from of [file, HERE]) {
    try {
      return createRequire(from)(name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw missing(`${name} is missing beside the watcher thread's file: ${file}`)
}

/** What children preload lies where the thread's file has it, too. Its real path: Node knows a preloaded file by that. */
export function clientFile(given: string | null): string {
  return realpathSync(join(dirname(workerFile(given)), '../lib/client.cjs'))
}

/** By name: so it is found from a bundle that this package is installed beside, as well as from here. */
function fromPackage(): string | null {
  try {
    return join(dirname(createRequire(HERE).resolve('osqwatch/package.json')), 'dist/workers/watcher.js')
  } catch {
    return null
  }
}

const onDisk = (file: string): string => unpacked(file, process, existsSync)

const missing = (what: string) => new OsqwatchError('ERR_OSQWATCH_WORKER_FILE', `${what}; ${HINT}`)
