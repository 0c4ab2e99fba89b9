/** What is different under Electron. Of a process that is passed in, so that it can be tested without one. */

export interface ProcessLike {
  readonly versions: Readonly<Record<string, string | undefined>>
  /** Electron's: `browser` is the main process. */
  readonly type?: string
  readonly env: Readonly<Record<string, string | undefined>>
}

type Env = Readonly<Record<string, string>>

const RUN_AS_NODE = 'ELECTRON_RUN_AS_NODE'

/** The first archive on the way: a folder to Electron's own `fs` alone. */
const ARCHIVE = /\.asar(?=[\\/])/

export const isElectron = ({ versions }: ProcessLike): boolean => 'electron' in versions

/**
 * Where a file really lies. What was left out of the archive stands beside it, and there any program and any thread can read it; what
 * was not is only in the archive, and newer versions of Electron read it in threads, too.
 */
export function unpacked(path: string, self: ProcessLike, exists: (path: string) => boolean): string {
  if (!isElectron(self)) return path
  const beside = path.replace(ARCHIVE, '.asar.unpacked')
  return exists(beside) ? beside : path
}

/** `process.execPath` is the app: without this it would be started a second time. */
export function nodeEnvironment(env: Env, self: ProcessLike): Env {
  return isElectron(self) ? { ...env, [RUN_AS_NODE]: '1' } : env
}

/** Electron starts utility processes by a helper of its own: they need not be children of the main process. */
export const startsByHelpers = isElectron

/** It was to be a Node and came up as the whole app: the fuse `runAsNode` is off. */
export const isMistakenForNode = (self: ProcessLike): boolean =>
  isElectron(self) && self.type === 'browser' && self.env[RUN_AS_NODE] !== undefined
