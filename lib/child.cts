/**
 * `osqwatch/child`: what a child may say to its watcher. It reaches the client that was preloaded into this process by a
 * property of globalThis, for the app's copy of this package may be another one than the host's, and loads nothing itself.
 */

interface Client {
  extend?(ms: number): boolean
}

const CLIENT = Symbol.for('osqwatch.client')

/**
 * Asks for `ms` of time, from now on, before long synchronous work: the watcher does not expect an answer meanwhile, and judges
 * neither heartbeat nor CPU; memory it does. Bounded by the child's `extendLimit`. The word has reached the system when this
 * returns true. false: there is no watcher that would hear it, as in a worker thread, or outside of osqwatch.
 */
// @ts-expect-error verbatimModuleSyntax does not know names that CommonJS exports
export function extend(ms: number): boolean {
  if (!(Number.isFinite(ms) && ms > 0)) {
    const message = `ms is ${String(ms)}; it takes a number of milliseconds, more than 0`
    throw Object.assign(new TypeError(message), { code: 'ERR_OSQWATCH_OPTIONS' })
  }
  const { [CLIENT]: client } = globalThis as { readonly [CLIENT]?: Client }
  return client?.extend?.(Math.ceil(ms)) ?? false
}
