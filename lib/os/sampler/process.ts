import { readFileSync, readSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { Pulse, Writable } from '../../core/samples.js'
import { endingOf } from '../identity.js'
import type { Ending, Member } from '../ports.js'
import type { Descriptors } from './descriptors.js'
import { failed, hasChildren, hasSchedule, readPids } from './proc.js'
import { ProcFiles } from './proc-files.js'
import { blankFigures, type Life, NOBODY, type Single } from './single.js'
import { blankStat, hasEnded, parseName, parseNumbers, parseStat, STAT_BYTES } from './stat.js'

/** USER_HZ is 100 on every Linux that Node runs on, whatever the kernel's own tick. */
const MS_PER_TICK = 10
const NS_PER_MS = 1e6
const TRACED = 't'.charCodeAt(0)
const UNKNOWN = -1

// Shared by all processes of the thread: a read is synchronous, so nobody else can be reading.
const bytes = Buffer.alloc(STAT_BYTES)
const stat = blankStat()
const sizes = new Float64Array(2)
const schedule = new Float64Array(3)

/**
 * A process as /proc tells it. A kept descriptor stays with its process, so that a reused pid is never taken for it. After a
 * file was opened by path, stat is read: if its descriptor was kept, it answers for that process alone; if it was opened now
 * as well, the start time has to be the same.
 */
export class ProcfsProcess implements Single {
  readonly figures = blankFigures()
  readonly #files: ProcFiles
  #start = UNKNOWN

  constructor(
    readonly pid: number,
    descriptors: Descriptors,
    private readonly pageBytes: number,
  ) {
    this.#files = new ProcFiles(pid, descriptors)
  }

  get start(): string {
    return this.#start === UNKNOWN ? '' : String(this.#start)
  }

  read(): Life {
    const files = this.#files
    try {
      files.begin()
      files.need(files.statm)
      const life = this.#readStat()
      return life === 'seen' ? this.#readSizes() : life
    } catch (error) {
      return failed(error)
    }
  }

  readMemory(): Life {
    const files = this.#files
    try {
      files.begin()
      const life = files.need(files.statm) ? 'seen' : this.#readStat()
      return life === 'seen' ? this.#readSizes() : life
    } catch (error) {
      return failed(error)
    }
  }

  /** All but its memory: who it is, and what it used. */
  readWho(): Life {
    try {
      this.#files.begin()
      return this.#readStat()
    } catch (error) {
      return failed(error)
    }
  }

  readAt(): number {
    return performance.now()
  }

  pulse(into: Writable<Pulse>): Life {
    const files = this.#files
    try {
      files.begin()
      if (hasSchedule) files.need(files.schedstat)
      const life = this.#readStat()
      if (life !== 'seen') return life
      const told = hasSchedule && this.#readSchedule()
      into.at = performance.now()
      into.state = String.fromCharCode(stat.state)
      into.ranMs = told ? (schedule[0] as number) / NS_PER_MS : this.figures.ownMs
      into.waitMs = told ? (schedule[1] as number) / NS_PER_MS : null
      return life
    } catch (error) {
      return failed(error)
    }
  }

  newChildren(known: ReadonlyMap<number, unknown>): readonly number[] {
    if (!hasChildren) return NOBODY
    const { children } = this.#files
    try {
      this.#files.begin()
      if (!this.#files.need(children) && this.#readStat() !== 'seen') return NOBODY
      return readPids(children.fd, known)
    } catch {
      return NOBODY
    }
  }

  group(): number | null {
    return this.readWho() === 'seen' ? this.figures.pgrp : null
  }

  describe(): Member | null {
    this.read()
    if (this.readWho() !== 'seen') return null
    const { parent, rss, ownMs } = this.figures
    return { pid: this.pid, parent, name: parseName(bytes), rss, cpuMs: ownMs }
  }

  traced(): boolean {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1')
      // Only now is it known that the path was still this process's.
      return this.readWho() === 'seen' && (stat.state === TRACED || /^TracerPid:\s*[1-9]/m.test(status))
    } catch {
      return false
    }
  }

  ending(): Ending | null {
    return endingOf(this)
  }

  close(): void {
    this.#files.close()
  }

  #readStat(): Life {
    const files = this.#files
    files.need(files.stat)
    if (!parseStat(bytes, readSync(files.stat.fd, bytes, 0, STAT_BYTES, 0), stat)) return 'nothing'
    if (this.#start === UNKNOWN) this.#start = stat.start
    else if (this.#start !== stat.start) return 'gone'
    const { figures } = this
    figures.state = stat.state
    figures.parent = stat.parent
    figures.pgrp = stat.pgrp
    figures.session = stat.session
    figures.ownMs = stat.cpuTicks * MS_PER_TICK
    figures.reapedMs = stat.reapedTicks * MS_PER_TICK
    return hasEnded(stat) ? 'zombie' : 'seen'
  }

  #readSizes(): Life {
    parseNumbers(bytes, readSync(this.#files.statm.fd, bytes, 0, STAT_BYTES, 0), sizes)
    this.figures.rss = (sizes[1] as number) * this.pageBytes
    if (this.figures.rss > 0) return 'seen'
    // It has given its memory back: on its way to becoming a zombie, or to another program (exec).
    const life = this.#readStat()
    return life === 'seen' ? 'nothing' : life
  }

  /** Zero time slices: a kernel that has the file but does not count. */
  #readSchedule(): boolean {
    parseNumbers(bytes, readSync(this.#files.schedstat.fd, bytes, 0, STAT_BYTES, 0), schedule)
    return schedule[2] !== 0
  }
}
