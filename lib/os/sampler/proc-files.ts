import { CLOSED, type Descriptors, type Kept } from './descriptors.js'

export interface ProcFile extends Kept {
  /** Under /proc/PID. */
  readonly name: string
}

/** The files of one process that are kept open, as far as there is room. */
export class ProcFiles {
  readonly stat = file('stat')
  readonly statm = file('statm')
  readonly schedstat = file('schedstat')
  readonly children: ProcFile
  #turn = 0

  constructor(
    readonly pid: number,
    private readonly descriptors: Descriptors,
  ) {
    // Of its main thread.
    this.children = file(`task/${pid}/children`)
  }

  /** Files that are needed from now on stay open until the next turn of any process. */
  begin(): void {
    this.#turn = this.descriptors.next()
  }

  /** false: it had to be opened, by path, and that may have been another process's by now. */
  need(wanted: ProcFile): boolean {
    wanted.turn = this.#turn
    if (wanted.fd !== CLOSED) return true
    this.descriptors.open(wanted, `/proc/${this.pid}/${wanted.name}`)
    return false
  }

  close(): void {
    for (const kept of [this.stat, this.statm, this.schedstat, this.children]) this.descriptors.close(kept)
  }
}

function file(name: string): ProcFile {
  return { name, fd: CLOSED, turn: 0 }
}
