/** As much of a kernel as the accounting of CPU rests on: who waited for whom, and where a process's time goes. */
import { TreeCpu } from '../../lib/core/tree-cpu.js'

interface Process {
  readonly pid: number
  parent: number
  own: number
  reaped: number
  /** Of `own`, at the last reading. */
  read: number
  state: 'alive' | 'zombie'
  /** Nobody will wait for its children: the kernel forgets them, and their time. */
  readonly ignores: boolean
}

const INIT = 1
const ROOT = 2

export class Kernel {
  /** All that was ever used under the root. */
  usedMs = 0
  /** Of that, what no reading saw where it was used: its user had vanished by the next one. */
  unreadMs = 0
  readonly #cpu = new TreeCpu()
  readonly #processes = new Map<number, Process>()
  #known: number[] = []
  #lastPid = ROOT - 1

  constructor() {
    this.#begin(INIT, false)
  }

  /** `which` chooses among the living, whatever number it is. */
  fork(which: number, ignores: boolean): void {
    this.#begin(this.#choose(which).pid, ignores)
  }

  burn(which: number, ms: number): void {
    this.#choose(which).own += ms
    this.usedMs += ms
  }

  /** The root lives on. */
  exit(which: number): void {
    const one = this.#choose(which)
    if (one.pid === ROOT) return
    one.state = 'zombie'
    for (const other of this.#processes.values()) if (other.parent === one.pid) this.#orphan(other)
    const parent = this.#processes.get(one.parent)
    if (parent === undefined || parent.ignores) this.#forget(one)
  }

  /** The usual way: it waits, ends, and is waited for. */
  finish(which: number): void {
    const { pid, parent } = this.#choose(which)
    this.wait(which)
    this.exit(which)
    const above = this.#processes.get(parent)
    if (pid !== ROOT && above?.ignores === false) this.#reap(above)
  }

  wait(which: number): void {
    this.#reap(this.#choose(which))
  }
  read(): number {
    for (const pid of this.#known) if (!this.#processes.has(pid)) this.#cpu.gone(pid)
    for (const one of this.#processes.values()) {
      this.#cpu.read(one.pid, one.parent, one.own, one.reaped)
      one.read = one.own
    }
    this.#known = [...this.#processes.keys()]
    return this.#cpu.settle()
  }

  #begin(parent: number, ignores: boolean): void {
    const pid = ++this.#lastPid
    this.#processes.set(pid, { pid, parent, own: 0, reaped: 0, read: 0, state: 'alive', ignores })
  }

  #choose(which: number): Process {
    const living = [...this.#processes.values()].filter(one => one.state === 'alive')
    return living[which % living.length] as Process
  }

  #reap(parent: Process): void {
    for (const one of [...this.#processes.values()]) {
      if (one.parent !== parent.pid || one.state !== 'zombie') continue
      parent.reaped += one.own + one.reaped
      this.#forget(one)
    }
  }

  /** init waits at once. */
  #orphan(one: Process): void {
    one.parent = INIT
    if (one.state === 'zombie') this.#forget(one)
  }

  #forget(one: Process): void {
    this.#processes.delete(one.pid)
    this.unreadMs += one.own - one.read
  }
}
