import type { MemorySample, Pulse, Sample, Writable } from '../../core/samples.js'
import type { Ending, Member, Probe, Sight } from '../ports.js'
import { type Single, sightOf } from './single.js'

/** A child that is one process, whatever it starts: osquery's rule. */
export class OneProbe implements Probe {
  protected closed = false

  constructor(protected readonly root: Single) {}

  get pid(): number {
    return this.root.pid
  }

  get start(): string {
    return this.root.start
  }

  look(into: Writable<Sample>): Sight {
    if (this.closed) return 'nothing'
    const { root } = this
    const life = root.read()
    if (life !== 'seen') return sightOf(life)
    into.at = root.readAt()
    into.rss = root.figures.rss
    into.processes = 1
    into.cpuMs = root.figures.ownMs
    into.state = String.fromCharCode(root.figures.state)
    return 'seen'
  }

  lookAtMemory(into: Writable<MemorySample>): Sight {
    if (this.closed) return 'nothing'
    const { root } = this
    const life = root.readMemory()
    if (life !== 'seen') return sightOf(life)
    into.at = root.readAt()
    into.rss = root.figures.rss
    into.processes = 1
    return 'seen'
  }

  pulse(into: Writable<Pulse>): Sight {
    return this.closed ? 'nothing' : sightOf(this.root.pulse(into))
  }

  members(): Member[] {
    const root = this.closed ? null : this.root.describe()
    return root === null ? [] : [root]
  }

  strays(): number[] {
    const group = this.closed ? null : this.root.group()
    return group === null || group === this.pid ? [] : [this.pid]
  }

  ending(): Ending | null {
    return this.closed ? null : this.root.ending()
  }

  traced(): boolean {
    return !this.closed && this.root.traced()
  }

  close(): void {
    this.closed = true
    this.root.close()
  }
}
