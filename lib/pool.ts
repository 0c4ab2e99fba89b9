/** A pool of one thread, which is never idle: the watcher's. The only importer of Piscina. */
import type { Piscina } from 'piscina'
import { loadBeside } from './worker-file.js'

export type Pool = Piscina

export interface PoolEvents {
  /** What the thread died of, if it was an error; told before `died` is asked to act, or after it. */
  failed(error: Error): void
  died(): void
}

export function openPool(filename: string, events: PoolEvents): Pool {
  const piscina = loadBeside(filename, 'piscina') as typeof import('piscina')
  const pool = new piscina.Piscina({
    filename,
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    // With atomics Piscina freezes its idle thread in Atomics.wait: our watcher would never run.
    atomics: 'disabled',
    // The host's own preloads are for the host, whichever way it got them.
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  // Without a listener an error would be the host's end.
  pool.on('error', error => events.failed(error as Error))
  pool.on('workerDestroy', () => events.died())
  return pool
}

/** Tells its thread to end, wherever in its code it is. */
export function terminate(pool: Pool): void {
  for (const worker of pool.threads) void worker.terminate()
}
