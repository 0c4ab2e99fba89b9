/**
 * What a child preloads (`--require`, by an argument or by NODE_OPTIONS): it answers the host's pings, hands on its warnings, and ends the child when the
 * host has gone. The app must not notice it. So: no listener on `process`, nothing that keeps the loop alive, no trace in
 * argv, execArgv or its own children, and no error of ours ever reaches it.
 *
 * A CommonJS file that loads nothing but Node's own modules (and lib/witness, if it is to), once it acts: it runs at the start of
 * every child and of each of its threads, on Node 16 too. lib/wire/beats.ts documents the channel; names are repeated here.
 */
import type { FromChild, SpeakerState, ToChild } from './wire/beats.js' with { 'resolution-mode': 'import' }

const CHANNEL_ENV = 'OSQWATCH_CHANNEL'
const SOCKET_ENV = 'OSQWATCH_SOCKET'
const HOST_ENV = 'OSQWATCH_HOST'
const KEEP_ENV = 'OSQWATCH_KEEP'
const EVIDENCE_ENV = 'OSQWATCH_EVIDENCE'
/** A warning is a few hundred characters; whoever writes more is not our host. */
const MAX_LINE_CHARS = 16_384
/** Between SIGTERM and SIGKILL when the host has gone: what `forcedShutdownDelay` is at every level. */
const HARD_END_MS = 4_000
/** Between two tries to reach the host by its socket, first and at most; and how many in a row. */
const [RETRY_MS, LONGEST_RETRY_MS, MOST_TRIES] = [250, 5_000, 12] as const

/** fork(), cluster and worker threads hand process.execArgv on: without this pair, no child of a child preloads the client. */
function hidePreload(): void {
  const at = process.execArgv.findIndex((arg, i, all) => arg === '--require' && all[i + 1] === __filename)
  if (at !== -1) process.execArgv.splice(at, 2)
}

/**
 * Which socket the descriptor is, as a number; null: not the channel. A mark that outlived its descriptor may name one of
 * Node's own by now (polls and pipes), or fork's channel.
 */
function socketAt(fd: number): number | null {
  if (!Number.isInteger(fd) || fd < 3) return null
  if (process.platform === 'win32') return 0 // A named pipe there, of which fstat tells nothing.
  const { fstatSync } = require('node:fs') as typeof import('node:fs')
  const forked = process.channel as { readonly fd?: number } | null | undefined
  const found = fstatSync(fd)
  return found.isSocket() && forked?.fd !== fd ? found.ino : null
}

/** Some builds have none. */
let inspector: typeof import('node:inspector') | null = null
/** Asked anew each time: a debugger comes and goes. */
const state = (): SpeakerState => ({
  pid: process.pid,
  usr1: process.listenerCount('SIGUSR1') > 0,
  inspector: inspector?.url() !== undefined,
})

const encode = (message: FromChild): string => `${JSON.stringify(message)}\n`

function lineReader(hear: (line: string) => void): (text: string) => void {
  let rest = ''
  return text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) quietly(() => hear(line))
    if (rest.length > MAX_LINE_CHARS) rest = ''
  }
}

/** Nobody restarts or watches this process any more. It may end in its own way, but it does end. */
function leave(): void {
  // Unref'd, and first: an app that is done within its time goes by itself, and the default SIGTERM leaves no next line.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), HARD_END_MS).unref()
  process.kill(process.pid, 'SIGTERM')
}

/** Says a line at once; false: it has not come as far as the system. */
let say: (line: string) => boolean = () => false
/** To the app, which finds it by lib/child.cts, perhaps of another copy of this package. */
function offer(): void {
  const extend = (ms: number) => quietly(() => say(encode({ type: 'extend', ms, ...state() }))) ?? false
  const activity = (text: string) => quietly(() => say(encode({ type: 'activity', pid: process.pid, text }))) ?? false
  Object.defineProperty(globalThis, Symbol.for('osqwatch.client'), { value: { extend, activity }, configurable: true })
}

/** Answers the host until either of them ends. */
function converse(channel: import('node:net').Socket): void {
  say = line => {
    // An unfinished write holds the loop although the socket is unref'd: behind a host that does not read there is at most one.
    if (!channel.writable || channel.connecting || channel.writableLength > 0) return false
    channel.write(line)
    return channel.writableLength === 0
  }
  const beat = (seq: unknown) =>
    Number.isSafeInteger(seq) && say(encode({ type: 'beat', seq: Number(seq), ...state() }))
  const hear = (line: string): void => {
    const message: Partial<ToChild> | null = JSON.parse(line)
    if (message?.type === 'ping') beat(message.seq)
    // In a tick of its own: what a listener throws is the app's uncaught exception, and the channel reads on.
    else if (message?.type === 'warn') process.nextTick(() => process.emit('osqwatch:warn' as never, message as never))
  }
  channel.setEncoding('utf8').on('data', lineReader(hear))
}

/** By a descriptor of its own: its end is the host's. */
function listen(fd: number): void {
  const { Socket } = require('node:net') as typeof import('node:net')
  const channel = new Socket({ fd, readable: true, writable: true }).unref()
  let hostGone = true
  converse(channel)
  channel.on('error', (error: NodeJS.ErrnoException) => {
    // Not the host's end: the app closed the descriptor, as daemons do.
    if (error.code === 'EBADF') hostGone = false
  })
  channel.on('close', () => hostGone && leave())
}

/** Its `pid:start`. One that is not ours to signal lives, too. */
function isHostGone(): boolean {
  try {
    return !process.kill(Number.parseInt(String(process.env[HOST_ENV]), 10), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** By the socket of the watcher thread, which may die and come back: its end is the host's only if that is gone. */
function connect(path: string, tries = 0): void {
  const { connect: open } = require('node:net') as typeof import('node:net')
  let failed = tries + 1
  const channel = open(path).unref()
  converse(channel)
  channel.on('connect', () => channel.write(encode({ type: 'hello', ...state() })))
  channel.once('data', () => {
    failed = 0
  })
  channel.on('error', () => {})
  channel.on('close', () => {
    if (failed >= MOST_TRIES) return
    // Not at once: who ends the host's children looks for them by their parents, and none may be gone by then.
    later(Math.min(RETRY_MS * 2 ** failed, LONGEST_RETRY_MS), () => {
      if (!isHostGone()) connect(path, failed)
      else if (process.env[KEEP_ENV] !== '1') leave()
    })
  })
}

const later = (ms: number, act: () => unknown) => setTimeout(() => quietly(act), ms).unref()

/** false: that is no channel. */
function speak(fd: number): boolean {
  const socket = socketAt(fd)
  if (socket === null) return false
  const { writeSync } = require('node:fs') as typeof import('node:fs')
  // If the host has gone already, it is the socket below that tells.
  say = line => socketAt(fd) === socket && writeSync(fd, line) === line.length
  quietly(() => say(encode({ type: 'hello', ...state() })))
  // Only from the loop: libuv aborts the process if a descriptor that it is to watch is closed before its first poll, and
  // daemons begin by closing all they do not know. A number may also be in use again by then: the same socket, or none.
  later(0, () => socketAt(fd) === socket && listen(fd))
  return true
}

function start(): void {
  hidePreload()
  const { isMainThread } = require('node:worker_threads') as typeof import('node:worker_threads')
  if (!isMainThread) return
  const { [CHANNEL_ENV]: mark, [SOCKET_ENV]: path } = process.env
  delete process.env[CHANNEL_ENV]
  if (!mark && !path) return
  inspector = quietly(() => require('node:inspector')) ?? null
  offer()
  quietly(() => process.env[EVIDENCE_ENV] && require('./witness/start.cjs').start(path, socketAt, later))
  if (mark !== undefined && speak(Number(mark))) return
  if (path) later(0, () => connect(path))
}

/** The app comes first. */
function quietly<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

quietly(start)
