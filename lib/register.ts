/**
 * `node --import osqwatch/register app.js`: this process becomes the host, and the app its supervised worker. Nothing heavy is
 * loaded before that is certain: in the app itself, and in every Node that has this in NODE_OPTIONS, this file runs, too.
 */
import { isMainThread } from 'node:worker_threads'
import { isSame } from './os/identity.js'
import { HOST_ENV } from './wire/beats.js'

const LOADED = Symbol.for('osqwatch.register')

function isFirst(): boolean {
  const marks = globalThis as { [LOADED]?: true }
  if (marks[LOADED] === true) return false
  marks[LOADED] = true
  return true
}

/** A host's child, or a child of one. A host that has gone since is none. */
function hasHost(mark: string | undefined): boolean {
  const [pid, start] = (mark ?? '').split(':')
  return Number(pid) > 0 && isSame({ pid: Number(pid), start: start ?? '' })
}

if (isMainThread && isFirst() && !hasHost(process.env[HOST_ENV])) {
  const { register } = await import('./host/register.js')
  await register(import.meta.url)
}
