/** What hosts left that died together with their guards: their ledgers are read, and a guard does what the dead one would have done. */
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ShellOptions, spawnGuard } from './guard-shell.js'
import { hasProc, isSame, startTime } from './identity.js'
import { here, type LedgerHead } from './ledger.js'
import { openFolder } from './ledger-folder.js'

/** No ledger gets there. */
const MOST_BYTES = 2 ** 24
/** `+ PID START DELAY_MS`, by which nobody else is meant: a pid alone is not enough here. A shell can count the delay. */
const LINE = /^\+ ([1-9]\d*) ([1-9]\d*) (\d{1,10})( tree)?$/
const GONE = /^- ([1-9]\d*)$/
/** As ledger.ts names its files. */
const NAME = /^(\d+)-(\d+)-[0-9a-f-]{36}(\.draft)?$/
/** Whoever writes it may be at it. */
const FRESH_MS = 60_000
const MARK = /^\d+:\d+:[\w:-]+$/
/** As main makes it (adopt/socket-place.ts). */
const SOCKET = /^\/[^\0]*\/osqwatch-[0-9a-f-]{13}\/socket$/
/** Beyond the longest delay: for SIGKILL to take effect, and for the guard to see it. */
const GRACE_MS = 3000
/** Nobody has to wait for longer; the guard goes on by itself. */
const LONGEST_WAIT_MS = 15_000

/** Whoever carries a mark that begins so, and what forks on. Settles when they are gone, and their time is up at the latest. */
export async function endMarked(mark: string, delayMs: number): Promise<void> {
  if (hasProc) await guardEnds([], { mark, delayMs })
}

interface Past {
  readonly path: string
  readonly head: LedgerHead
  /** Those of its children that are still there. */
  readonly lines: readonly string[]
}

/** Settles when they are gone; told is what was done, a line each. Never rejects. */
export async function endPast(folder: string | null, tell: (message: string) => void): Promise<void> {
  if (folder === null || !hasProc) return
  try {
    openFolder(folder)
  } catch {
    // Told by who cannot write there.
    return
  }
  try {
    await Promise.all(deadOnes(folder).map(past => end(past, tell)))
  } catch (error) {
    tell(`what dead hosts may have left was not looked for: ${(error as Error).message}`)
  }
}

/** Files of another boot are void and go; those of living hosts and of other namespaces are not ours to judge. */
function deadOnes(folder: string): Past[] {
  const { boot, namespace } = here()
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name)
    const [head, lines] = read(path)
    if (head === null) sweepAway(path, name)
    if (head === null || head.namespace !== namespace) return []
    if (head.boot !== boot) {
      rmSync(path, { force: true })
      return []
    }
    const [pid = '', start = ''] = head.host.split(':')
    return isSame({ pid: Number(pid), start }) ? [] : [{ path, head, lines: stillThere(lines) }]
  })
}

/** A draft, or a file that could not be written to its end, on a disk that was full: nobody will ever read it. */
function sweepAway(path: string, name: string): void {
  const [, pid, start] = NAME.exec(name) ?? []
  const writtenAt = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity
  if (pid === undefined || start === undefined || Date.now() - writtenAt < FRESH_MS) return
  if (!isSame({ pid: Number(pid), start })) rmSync(path, { force: true })
}

/** A file that is going just now, or none of ours, has no head. What is no file, as a pipe, would never be read to its end. */
function read(path: string): [LedgerHead | null, readonly string[]] {
  try {
    const stat = lstatSync(path)
    if (!stat.isFile() || stat.size > MOST_BYTES) return [null, []]
    // What was not written to its end has no newline behind it.
    const [first = '', ...lines] = readFileSync(path, 'latin1').split('\n').slice(0, -1)
    const head: Partial<LedgerHead> = JSON.parse(first)
    const isOne = head.version === 1 && /^\d+:\d+$/.test(String(head.host))
    return [isOne ? (head as LedgerHead) : null, lines]
  } catch {
    return [null, []]
  }
}

/** Where the leader is gone its group's number may be anybody's by now. */
function stillThere(lines: readonly string[]): string[] {
  const left = new Map<string, string>()
  for (const line of lines) {
    const [, pid = GONE.exec(line)?.[1] ?? '', start] = LINE.exec(line) ?? []
    if (start === undefined) left.delete(pid)
    else if (startTime(Number(pid)) === start) left.set(pid, line)
    else left.delete(pid)
  }
  return [...left.values()]
}

async function end({ path, head, lines }: Past, tell: (message: string) => void): Promise<void> {
  const delayMs = Number.isSafeInteger(head.delayMs) ? head.delayMs : 0
  // Nobody's but its own children carry it.
  const mark = MARK.test(head.mark) && head.mark.startsWith(`${head.host}:`) ? head.mark : ''
  const socket = SOCKET.test(head.socket) ? head.socket : ''
  const ended = await guardEnds(lines, { mark, delayMs, ledger: path, socket })
  if (ended === 0) return
  // Its guard may be dead, too, or still at the same work.
  const whom = `that host ${head.host.split(':')[0]} left when it was killed`
  tell(ended === 1 ? `1 process ${whom} was ended` : `${ended} processes ${whom} were ended`)
}

/** How many processes it signalled, once it is done or nobody waits any longer. */
function guardEnds(lines: readonly string[], options: ShellOptions): Promise<number> {
  const delays = lines.map(line => Number(LINE.exec(line)?.[3]))
  const patience = Math.min(Math.max(options.delayMs, ...delays) + GRACE_MS, LONGEST_WAIT_MS)
  let ended = 0
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      resolve(ended)
    }
    const timer = setTimeout(done, patience)
    const guard = spawnGuard(lines, { ...options, stdio: ['ignore', 'pipe', 'ignore'] })
    guard.stdout?.on('data', (pids: Buffer) => {
      ended += pids.toString('latin1').split('\n').length - 1
    })
    guard.once('close', done)
    guard.once('error', done)
  })
}
