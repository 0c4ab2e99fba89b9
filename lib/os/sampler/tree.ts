import type { MemorySample, Sample, Writable } from '../../core/samples.js'
import { TreeCpu } from '../../core/tree-cpu.js'
import type { Member, Sight } from '../ports.js'
import { OneProbe } from './one.js'
import { type Family, type Single, sightOf } from './single.js'

/** So late may be told who is in no parent's list. */
const KIN_OLDEST_MS = 1_000
/** Rows of two moments might form a ring. */
const MOST_ANCESTORS = 64

/** A child and whatever descends from it. Who once was a member stays one until it has ended, whoever is its parent by then. */
export class TreeProbe extends OneProbe {
  readonly #family: Family
  /** The root foremost. */
  readonly #members: Single[]
  readonly #byPid: Map<number, Single>
  readonly #cpu = new TreeCpu()
  #edition = 0
  #rss = 0
  #processes = 0

  constructor(root: Single, family: Family) {
    super(root)
    this.#family = family
    this.#members = [root]
    this.#byPid = new Map([[root.pid, root]])
  }

  override look(into: Writable<Sample>): Sight {
    if (this.closed) return 'nothing'
    const { root } = this
    const life = root.read()
    if (life !== 'seen') return sightOf(life)
    into.at = root.readAt()
    into.state = String.fromCharCode(root.figures.state)
    this.#walk(true, this.#hasNewKin(into.at))
    into.rss = this.#rss
    into.processes = this.#processes
    into.cpuMs = this.#cpu.settle()
    return 'seen'
  }

  override lookAtMemory(into: Writable<MemorySample>): Sight {
    if (this.closed) return 'nothing'
    const life = this.root.readMemory()
    if (life !== 'seen') return sightOf(life)
    into.at = this.root.readAt()
    this.#walk(false, false)
    into.rss = this.#rss
    into.processes = this.#processes
    return 'seen'
  }

  override members(): Member[] {
    if (this.closed) return []
    this.#meetListed()
    return this.#members.map(member => member.describe()).filter(member => member !== null)
  }

  override strays(): number[] {
    if (this.closed) return []
    this.#meetListed()
    const { root } = this
    const leads = (root.group() ?? root.figures.pgrp) === root.pid
    return this.#members.filter(member => isOutside(member, leads ? root.pid : null)).map(member => member.pid)
  }

  override close(): void {
    this.closed = true
    for (const member of this.#members) member.close()
  }

  /** Reads the others, and whom they lead to: the list grows while it is walked. */
  #walk(isWhole: boolean, hasNewKin: boolean): void {
    this.#rss = 0
    this.#processes = 0
    const members = this.#members
    let left = 0
    for (let i = 0; i < members.length; i++) {
      const member = members[i] as Single
      const life = member === this.root ? 'seen' : isWhole ? member.read() : member.readMemory()
      if (life === 'gone') {
        this.#lose(member)
        continue
      }
      members[left++] = member
      const { parent, ownMs, reapedMs, rss } = member.figures
      if (isWhole) this.#cpu.read(member.pid, parent, ownMs, reapedMs)
      if (life === 'zombie') continue
      this.#rss += rss
      this.#processes++
      this.#meet(member.newChildren(this.#byPid), member)
      if (hasNewKin) this.#meet(this.#family.kin.of(member.pid), member)
    }
    members.length = left
  }

  #meetListed(): void {
    for (const member of this.#members) this.#meet(member.newChildren(this.#byPid), member)
  }

  #meet(pids: readonly number[], by: Single): void {
    for (const pid of pids) if (!this.#byPid.has(pid) && pid !== process.pid) this.#open(pid, by)
  }

  #open(pid: number, by: Single): void {
    const found = this.#family.open(pid)
    if (found === null) return
    if (this.#belongs(found, by)) {
      this.#members.push(found)
      this.#byPid.set(pid, found)
    } else {
      found.close()
    }
  }

  /** A list may be a moment old: what the process itself tells by now counts. */
  #belongs({ pid, figures }: Single, by: Single): boolean {
    if (figures.parent === by.pid) return true
    const { root } = this
    if (by !== root || this.#isAbove(pid)) return false
    const inGroup = this.#leadsGroup() && figures.pgrp === root.pid
    return inGroup || (root.figures.session === root.pid && figures.session === root.pid)
  }

  #isAbove(pid: number): boolean {
    let above = this.root.figures.parent
    for (let step = 0; step < MOST_ANCESTORS && above > 0; step++) {
      if (above === pid) return true
      above = this.#family.kin.parentOf(above)
    }
    return false
  }

  #lose(member: Single): void {
    member.close()
    this.#byPid.delete(member.pid)
    this.#cpu.gone(member.pid)
  }

  #leadsGroup(): boolean {
    return this.root.figures.pgrp === this.root.pid
  }

  /** A process that is no child of ours may have had descendants before it was watched: it is not kept waiting for them. */
  #hasNewKin(now: number): boolean {
    const isLate = this.#edition === 0 && this.root.figures.parent !== process.pid
    const edition = this.#family.kin.renew(now, isLate ? 0 : KIN_OLDEST_MS)
    const isNew = edition !== this.#edition
    this.#edition = edition
    return isNew
  }
}

/** Not in that group, as far as it can be told. */
function isOutside(member: Single, leader: number | null): boolean {
  const group = member.group()
  return group !== null && group !== leader
}
