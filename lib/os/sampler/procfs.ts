import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import type { Sample } from '../../core/model.js'
import type { Probe, Sampler } from '../ports.js'
import { readSelf } from './self.js'
import { blankStat, hasEnded, parseNumbers, parseStat, STAT_BYTES } from './stat.js'

/** USER_HZ is 100 on every Linux that Node runs on, whatever the kernel's own tick. */
const MS_PER_TICK = 10
const NS_PER_MS = 1e6
const TRACED = 't'
/** In place of a descriptor: not open yet; this kernel has no such file. */
const UNOPENED = -1
const ABSENT = -2

// Shared by all probes of the thread: a look is synchronous, so nobody else can be reading.
const bytes = Buffer.alloc(STAT_BYTES)
const stat = blankStat()
const numbers = new Float64Array(3)

/**
 * Linux: synchronous reads of /proc on descriptors that are kept, three a process. A descriptor stays with its process,
 * so that a reused pid is never taken for it, and needs no thread of the pool, where the host's own work would be ahead.
 * Out of descriptors (EMFILE), a probe tells nothing (null, and no start time) and tries again at each look.
 */
export function createProcfsSampler(): Sampler {
  const pageBytes = pageSize()
  return {
    open(pid) {
      const probe = new ProcfsProbe(pid, pageBytes)
      if (probe.look() !== 'gone') return probe
      probe.close()
      return null
    },
    self: readSelf,
  }
}

class ProcfsProbe implements Probe {
  start = ''
  #stat = UNOPENED
  #statm = UNOPENED
  #schedstat = UNOPENED
  #closed = false

  constructor(
    readonly pid: number,
    private readonly pageBytes: number,
  ) {}

  look(): Sample | 'gone' | null {
    if (this.#closed) return null
    try {
      this.#openMissing()
      if (!this.#readStat()) return 'gone'
      return this.#sample(performance.now())
    } catch (error) {
      return isGone(error) ? 'gone' : null
    }
  }

  traced(): boolean {
    if (this.#closed) return false
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1')
      // Only now is it known that the path was still this process's: the kept descriptor answers.
      return this.#readStat() && (letter() === TRACED || /^TracerPid:\s*[1-9]/m.test(status))
    } catch {
      return false
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const fd of [this.#stat, this.#statm, this.#schedstat]) if (fd >= 0) closeSync(fd)
  }

  /** Always before stat is read: if that answers, then whatever was opened by path before is the same process's. */
  #openMissing(): void {
    if (this.#stat === UNOPENED) this.#stat = openSync(`/proc/${this.pid}/stat`, 'r')
    if (this.#statm === UNOPENED) this.#statm = openSync(`/proc/${this.pid}/statm`, 'r')
    if (this.#schedstat === UNOPENED) this.#schedstat = openOptional(`/proc/${this.pid}/schedstat`)
  }

  /** false: it has ended. */
  #readStat(): boolean {
    if (!parseStat(bytes, read(this.#stat), stat)) throw new Error('Not a stat file')
    if (this.start === '') this.start = String(stat.start)
    return !hasEnded(stat)
  }

  #sample(at: number): Sample | 'gone' | null {
    parseNumbers(bytes, read(this.#statm), numbers)
    const rss = (numbers[1] as number) * this.pageBytes
    // It has given its memory back: on its way to becoming a zombie, or to another program (exec).
    if (rss === 0) return this.#readStat() ? null : 'gone'
    const told = this.#readSchedule()
    return {
      at,
      cpuMs: stat.cpuTicks * MS_PER_TICK,
      rss,
      state: letter(),
      mainMs: told ? (numbers[0] as number) / NS_PER_MS : null,
      waitMs: told ? (numbers[1] as number) / NS_PER_MS : null,
    }
  }

  /** Zero time slices: a kernel that has the file but does not count. */
  #readSchedule(): boolean {
    if (this.#schedstat === ABSENT) return false
    parseNumbers(bytes, read(this.#schedstat), numbers)
    return numbers[2] !== 0
  }
}

function read(fd: number): number {
  return readSync(fd, bytes, 0, bytes.length, 0)
}

function letter(): string {
  return String.fromCharCode(stat.state)
}

function openOptional(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ABSENT
    throw error
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ESRCH' || code === 'ENOENT'
}

/** arm64 has pages of 4, 16 or 64 KiB. Node knows and does not say, but it tells its own resident size in bytes. */
function pageSize(): number {
  const pages = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1])
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages))
}
