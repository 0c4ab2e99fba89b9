/**
 * What witnesses (lib/witness) have left in their files. A child wrote them, or whoever has its rights: nothing in them is
 * believed to be of its form. Never synchronously: the folder may hang.
 */
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { NodeEvidence } from '../wire/evidence.js'
import { evidenceFrom } from './evidence-form.js'
import { BEGIN, isShared } from './witness.js'

const MOST_BYTES = 1_048_576
/** A witness that was asked, one that saw the heap run out, an exception that nobody caught. */
const ENDINGS = ['.json', '-heap.json', '-error.json']
/** Whoever wrote it has been asked for it long ago. */
const FORGOTTEN_MS = 86_400_000
const SNAPSHOT = '.heapsnapshot'

/** Of those processes, in their order; what is missing or broken is left out. */
export async function readTestimony(prefix: string, pids: readonly number[]): Promise<NodeEvidence[]> {
  const found = await Promise.all(pids.flatMap(pid => ENDINGS.map(ending => readOne(prefix, pid, ending))))
  return found.filter(one => one !== null)
}

/**
 * Removes what witnesses have left, but the heap snapshots that are whole: all of that prefix, or, where several children share
 * it, what those processes have left.
 */
export async function dropTestimony(prefix: string, pids: readonly number[] = []): Promise<void> {
  const folder = dirname(prefix)
  const begin = `${basename(prefix)}-`
  const isOurs = (name: string) => {
    if (!name.startsWith(begin) || name.endsWith(SNAPSHOT)) return false
    return !isShared(prefix) || pids.includes(Number.parseInt(name.slice(begin.length), 10))
  }
  const names = await readdir(folder).catch(() => [])
  await Promise.all(names.filter(isOurs).map(name => rm(join(folder, name), { force: true }).catch(() => {})))
}

/** What hosts have left that were killed, heap snapshots as well. Once at the start is enough. */
export async function sweepTestimony(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter(name => name.startsWith(BEGIN))) {
    const path = join(folder, name)
    const age = await lstat(path).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => 0,
    )
    if (age > FORGOTTEN_MS) await rm(path, { force: true }).catch(() => {})
  }
}

async function readOne(prefix: string, pid: number, ending: string): Promise<NodeEvidence | null> {
  try {
    const told = JSON.parse(await read(`${prefix}-${pid}${ending}`))
    const snapshot = `${prefix}-${pid}${SNAPSHOT}`
    const isThere = await lstat(snapshot).then(
      found => found.isFile(),
      () => false,
    )
    return evidenceFrom(told, pid, isThere ? snapshot : null)
  } catch {
    return null
  }
}

/** Never waits at a named pipe, and follows no link. */
async function read(path: string): Promise<string> {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is no file')
    return await readUpTo(file, MOST_BYTES)
  } finally {
    await file.close()
  }
}

async function readUpTo(file: FileHandle, most: number): Promise<string> {
  const bytes = Buffer.alloc(most + 1)
  let size = 0
  for (let more = 1; more > 0 && size < bytes.length; size += more) {
    more = (await file.read(bytes, size, bytes.length - size, size)).bytesRead
  }
  if (size > most) throw new Error('it is too large')
  return bytes.toString('utf8', 0, size)
}
