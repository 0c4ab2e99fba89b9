/**
 * The witness: a thread beside the app's own, which can tell what that is doing when it cannot itself. It hears the host on a
 * channel of its own (lib/wire/beats.ts), and answers into a file.
 */
import type { ExamineMessage } from '../wire/beats.js' with { 'resolution-mode': 'import' }

import examining = require('./examine.cjs')
import heapWatch = require('./heap-watch.cjs')

/** What the client starts a witness with. */
interface Witnessed {
  /** What its files begin with. */
  readonly prefix: string
  /** Its channel's descriptor, and which socket that has to be; or where the watcher thread is. */
  readonly channel: { readonly fd: number; readonly ino: number } | { readonly path: string }
  /** Not 0 once the main thread's word is passed on. */
  readonly told: Int32Array
}

const MOST_CHARS = 16_384
const RETRY_MS = 1_000
const MOST_TRIES = 12

const fs = require('node:fs') as typeof import('node:fs')
const net = require('node:net') as typeof import('node:net')
const { parentPort, workerData } = require('node:worker_threads') as typeof import('node:worker_threads')
const { prefix, channel, told }: Witnessed = workerData
const { pid } = process

/** Says a line; by a descriptor at once, so that it has reached the system even if this is the last that the process does. */
let say: (line: string) => void = () => {}
const tell = (type: string, more: object = {}) => say(`${JSON.stringify({ type, pid, ...more })}\n`)

let isBusy = false
async function hear(line: string): Promise<void> {
  const message: Partial<ExamineMessage> | null = JSON.parse(line)
  if (message?.type !== 'examine' || !Array.isArray(message.want) || isBusy) return
  isBusy = true
  const profileMs = Math.min(Math.max(Number(message.profileMs) || 0, 0), 10_000)
  await examining.examine(prefix, { type: 'examine', want: message.want, profileMs }).catch(() => {})
  isBusy = false
  tell('testified')
}

function listen(socket: import('node:net').Socket): void {
  let rest = ''
  socket.setEncoding('utf8').on('error', () => {})
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MOST_CHARS) rest = ''
    for (const line of lines) void hear(line).catch(() => {})
  })
}

/** The app may close what it does not know, as daemons do, and the number may be in use again. */
function isStill(fd: number, ino: number): boolean {
  try {
    return fs.fstatSync(fd).ino === ino
  } catch {
    return false
  }
}

function byDescriptor(fd: number, ino: number): void {
  if (!isStill(fd, ino)) return
  say = line => void (isStill(fd, ino) && fs.writeSync(fd, line))
  listen(new net.Socket({ fd, readable: true, writable: true }))
  tell('witness')
}

/** The watcher thread may die and come back. */
function bySocket(path: string, tries = 0): void {
  let failed = tries + 1
  const socket = net.connect(path)
  listen(socket)
  socket.on('connect', () => {
    say = line => void socket.write(line)
    tell('witness', { usr1: false, inspector: false })
    failed = 0
  })
  socket.on('close', () => {
    say = () => {}
    if (failed < MOST_TRIES) setTimeout(() => bySocket(path, failed), RETRY_MS * (failed + 1))
  })
}

if ('path' in channel) bySocket(channel.path)
else byDescriptor(channel.fd, channel.ino)
heapWatch.watchHeap().catch(() => {})
// The main thread is held until the word is on its way.
parentPort?.on('message', () => {
  tell('exhausted')
  Atomics.store(told, 0, 1)
  Atomics.notify(told, 0)
})
parentPort?.unref()

export type { Witnessed }
