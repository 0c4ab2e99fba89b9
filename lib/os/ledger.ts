/**
 * The ledger: what a guard is told, also in a file of its user's alone, for a guard that is killed in the same instant as its
 * host. Whoever starts next ends the dead one's children by it (past.ts). It says whose it is, and of which boot and namespace.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { wholeMs } from './guard-shell.js'
import { hasProc, hostMark } from './identity.js'
import { openFolder } from './ledger-folder.js'

/** Lines beyond twice those that count: then it is written anew. */
const MOST_STALE = 256
const PRIVATE = 0o600

/** In the first line, as JSON. Pids mean something in this boot and namespace alone. */
export interface LedgerHead {
  readonly version: 1
  /** `pid:start` */
  readonly host: string
  readonly boot: string
  readonly namespace: string
  /** What the lives of its children carry; '': they carry nothing. */
  readonly mark: string
  readonly delayMs: number
  /** Goes when its host's children have gone, with its folder; '': there is none. */
  readonly socket: string
}

export interface LedgerOptions {
  readonly folder: string
  readonly mark: string
  readonly delayMs: number
  readonly socket?: string
  /** It cannot be kept; one line for people, once. */
  readonly onFault: (message: string) => void
}

/** The machine since it was started, and the namespace that this process's pids are of. */
export function here(): Pick<LedgerHead, 'boot' | 'namespace'> {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  return { boot, namespace: readlinkSync('/proc/self/ns/pid') }
}

/** No method throws. What is in the file need not survive the machine: it is void after a boot, and never synced. */
export class Ledger {
  readonly path: string
  readonly #options: LedgerOptions
  #fd: number | null = null
  #lines = 0
  #isLost = false

  constructor(options: LedgerOptions) {
    this.#options = options
    this.path = join(options.folder, `${hostMark().replace(':', '-')}-${randomUUID()}`)
  }

  /** `all`: what counts from here on. */
  open(all: readonly string[]): void {
    if (this.#fd !== null || this.#isLost) return
    this.#attempt(() => {
      openFolder(this.#options.folder)
      this.#write(all)
    })
  }

  add(line: string, all: ReadonlyMap<number, string>): void {
    const fd = this.#fd
    if (fd === null || this.#isLost) return
    this.#attempt(() => {
      if (this.#lines > MOST_STALE + 2 * all.size) return this.#write([...all.values()])
      writeSync(fd, `${line}\n`)
      this.#lines++
    })
  }

  remove(): void {
    if (this.#fd === null) return
    closeSync(this.#fd)
    this.#fd = null
    this.#isLost = true
    rmSync(this.path, { force: true })
  }

  /** As a whole and in one step: whoever reads it sees the old one or the new one. */
  #write(lines: readonly string[]): void {
    const { mark, delayMs, socket = '' } = this.#options
    const head: LedgerHead = { version: 1, host: hostMark(), ...here(), mark, delayMs: wholeMs(delayMs), socket }
    const draft = `${this.path}.draft`
    const fd = openSync(draft, 'wx', PRIVATE)
    try {
      writeFileSync(fd, [JSON.stringify(head), ...lines, ''].join('\n'))
      renameSync(draft, this.path)
    } catch (error) {
      closeSync(fd)
      rmSync(draft, { force: true })
      throw error
    }
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = fd
    this.#lines = lines.length
  }

  #attempt(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#isLost = true
      const why = (error as Error).message
      this.#options.onFault(`there is no ledger: ${why}. Children would outlive a host that is killed with its guard.`)
    }
  }
}

/** Without /proc nobody could be told from a stranger. */
export const createLedger = (folder: string | null, options: Omit<LedgerOptions, 'folder'>): Ledger | null =>
  folder === null || !hasProc ? null : new Ledger({ ...options, folder })
