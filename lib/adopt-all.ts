/** Every child that this process starts from now on is adopted, without a change to whoever starts it. */
import { type Adopter, adopterOf } from './adopt/adopter.js'
import { type Choice, resolveAll } from './adopt/rules.js'
import { envOf, hookSpawn, type SpawnOrder, type SpawnPlan } from './adopt/spawn-hook.js'
import { targetOf } from './adopt/target.js'
import { createWatcher } from './create-watcher.js'
import type { LimitOptions, WatcherOptions } from './options/types.js'
import { hostMark } from './os/identity.js'
import { type Preload, preloadEnv } from './os/node-options.js'
import { sharedPrefix } from './os/witness.js'
import type { Watcher } from './watcher.js'
import { ADOPT_ENV, HOST_ENV, KEEP_ENV } from './wire/beats.js'
import { OsqwatchError } from './wire/errors.js'
import { clientFile } from './worker-file.js'

export interface AdoptAllOptions extends WatcherOptions {
  /**
   * Limits by the command line, `*` and `?` standing for any text and any character: `npx *`, `node server.js ?`; of a shell, its
   * own text. The first pattern that matches counts; without one, the watcher's own limits. false: it is left alone.
   */
  adopt?: Readonly<Record<string, LimitOptions | false | undefined>> | undefined
  /** The watcher that adopts them; no other option but `adopt` goes with it. Default: one of its own. */
  watcher?: Watcher | undefined
}

/** One at a time: a child is adopted once. */
let isOn = false

/**
 * Adopts every child that the main thread starts through child_process from here on, until the watcher is stopped; synchronous
 * calls excepted. Answers the watcher. Rejects with ERR_OSQWATCH_ADOPT while another call's watcher still adopts.
 */
export async function adoptAll(options: AdoptAllOptions = {}): Promise<Watcher> {
  const { adopter, own, choose } = resolveAll(options)
  if (isOn)
    throw new OsqwatchError('ERR_OSQWATCH_ADOPT', "this process's children are adopted by another watcher already")
  isOn = true
  let made: Watcher | null = null
  try {
    made = adopter === null ? await createWatcher(own) : null
    const watcher = made ?? (options.watcher as Watcher)
    const undo = begin(adopter ?? (adopterOf(watcher) as Adopter), choose)
    void watcher.closed.then(() => {
      undo()
      isOn = false
    })
    return watcher
  } catch (error) {
    await made?.stop()
    isOn = false
    throw error
  }
}

function begin(adopter: Adopter, choose: Choice): () => void {
  const { desk, socket } = adopter
  if (!desk.isOpen()) throw new OsqwatchError('ERR_OSQWATCH_CLOSED', 'the watcher has been stopped')
  const { config, witness } = desk.context.incidents
  const evidence = witness && config !== null ? sharedPrefix(config.dir, socket.path) : null
  const preload = { client: clientFile(desk.workerPath), socket: socket.path, hostMark: hostMark(), evidence }
  adopter.prepare([{ client: 'environment' }])
  const unhook = hookSpawn(order => (desk.isOpen() ? plan(adopter, choose, preload, order) : null))
  const unmark = markHost(preload.hostMark)
  return () => {
    unhook()
    unmark()
  }
}

function plan(adopter: Adopter, choose: Choice, preload: Preload, order: SpawnOrder): SpawnPlan | null {
  const { file, args = [], detached } = order
  const policy = envOf(order, ADOPT_ENV) === '0' ? null : choose(file, args.slice(1))
  if (policy === null) return null
  // Whoever starts it so wants it to live on.
  const keep = detached === true
  const env = preloadEnv(preload, envOf(order, 'NODE_OPTIONS'))
  const terms = {
    name: null,
    policy,
    tree: true,
    keep,
    client: 'environment',
    witness: adopter.desk.context.incidents.witness,
  } as const
  return {
    env: keep ? { ...env, [KEEP_ENV]: '1' } : env,
    started: child => void adopter.take(targetOf(child), terms).catch(error => tell(adopter, error)),
  }
}

/** Nobody waits for the answer. That it was quick to end, or that the watcher is, is no news. */
function tell({ desk }: Adopter, error: OsqwatchError): void {
  if (error.code === 'ERR_OSQWATCH_ADOPT' || error.code === 'ERR_OSQWATCH_CLOSED') return
  desk.tell({ type: 'fault', at: Date.now(), message: `a child was not adopted: ${error.message}` })
}

/** Children that are not adopted, those of synchronous calls and of worker threads, do not become hosts either. */
function markHost(mark: string): () => void {
  if (process.env[HOST_ENV] !== undefined) return () => {}
  process.env[HOST_ENV] = mark
  return () => {
    delete process.env[HOST_ENV]
  }
}
