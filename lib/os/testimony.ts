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
/** Of all files together: an incident has no room for more, and each byte is read by the watcher's thread. */
const MOST_BYTES_IN_ALL = 3 * MOST_BYTES
/** Who is asked about: more than have a heartbeat at once, for some may have ended. */
const MOST_PIDS = 256
/** A witness that was asked, one that saw the heap run out, an exception that nobody caught. */
const ENDINGS = ['.json', '-heap.json', '-error.json']
/** Whoever wrote it has been asked for it long ago. */
const FORGOTTEN_MS = 86_400_000
const SNAPSHOT = '.heapsnapshot'

/**
 * Of those processes, in their order; what is missing, broken or too much is left out. One file after the other: if the disk
 * hangs, no more than one thread of the pool does.
 */
export async function readTestimony(prefix: string, pids: readonly number[]): Promise<NodeEvidence[]> {
  const found: NodeEvidence[] = []
  let left = MOST_BYTES_IN_ALL
  for (const pid of pids.slice(0, MOST_PIDS)) {
    for (const ending of ENDINGS) {
      const text = await read(`${prefix}-${pid}${ending}`, Math.min(MOST_BYTES, left)).catch(() => '')
      left -= text.length
      const one = text === '' ? null : await evidenceIn(text, pid, `${prefix}-${pid}${SNAPSHOT}`)
      if (one !== null) found.push(one)
    }
  }
  return found
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
  for (const name of names.filter(isOurs)) await rm(join(folder, name), { force: true }).catch(() => {})
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

async function evidenceIn(text: string, pid: number, snapshot: string): Promise<NodeEvidence | null> {
  try {
    const isThere = await lstat(snapshot).then(
      found => found.isFile(),
      () => false,
    )
    return evidenceFrom(JSON.parse(text), pid, isThere ? snapshot : null)
  } catch {
    return null
  }
}

/** Never waits at a named pipe, and follows no link. */
async function read(path: string, most: number): Promise<string> {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new Error('it is no file')
    if (found.size > most) throw new Error('it is too large')
    return await readBytes(file, found.size)
  } finally {
    await file.close()
  }
}

async function readBytes(file: FileHandle, most: number): Promise<string> {
  const bytes = Buffer.alloc(most)
  let size = 0
  for (let more = 1; more > 0 && size < most; size += more) {
    more = (await file.read(bytes, size, most - size, size)).bytesRead
  }
  return bytes.toString('utf8', 0, size)
}
