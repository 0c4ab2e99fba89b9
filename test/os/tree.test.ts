import t from 'tap'
import type { Pulse, Writable } from '../../lib/core/samples.js'
import { Kinship } from '../../lib/os/sampler/kinship.js'
import { blankFigures, type Life, type Single } from '../../lib/os/sampler/single.js'
import { TreeProbe } from '../../lib/os/sampler/tree.js'
import { blankMemory, blankSample, pids } from './looks.js'

const ROOT = 1000

/** A process that is what its test says. */
class Said implements Single {
  readonly start = '1'
  readonly figures = blankFigures()
  life: Life = 'seen'
  isOpen = true
  children: number[] = []
  opened = 0

  constructor(
    readonly pid: number,
    parent: number,
    pgrp = ROOT,
    session = ROOT,
  ) {
    Object.assign(this.figures, { state: 'S'.charCodeAt(0), parent, pgrp, session, ownMs: 10, rss: 100 })
  }

  read = () => this.life
  readMemory = () => this.life
  readAt = () => 1
  pulse = (_: Writable<Pulse>) => this.life
  newChildren = (known: ReadonlyMap<number, unknown>) => this.children.filter(pid => !known.has(pid))
  group = () => (this.life === 'seen' ? this.figures.pgrp : null)
  traced = () => false
  ending = () => null

  describe() {
    const { parent, rss, ownMs } = this.figures
    return this.life === 'seen' ? { pid: this.pid, parent, name: '', rss, cpuMs: ownMs } : null
  }

  close(): void {
    this.isOpen = false
  }
}

/** A machine with these processes, all of them in the listing, unless a test says otherwise. */
function machine(...processes: Said[]) {
  const byPid = new Map(processes.map(one => [one.pid, one]))
  const kinship = new Kinship()
  const publish = () => kinship.publish(new Map(processes.map(one => [one.pid, { ...one.figures }])))
  publish()
  const asked: number[] = []
  const kin = {
    renew(_: number, oldestMs: number) {
      asked.push(oldestMs)
      return kinship.edition
    },
    of: (pid: number) => kinship.of(pid),
    parentOf: (pid: number) => kinship.parentOf(pid),
  }
  const open = (pid: number) => {
    const found = byPid.get(pid)
    if (found) found.opened++
    return found ?? null
  }
  const probe = new TreeProbe(byPid.get(ROOT) as Said, { kin, open })
  return { probe, publish, asked, look: () => look(probe) }
}

function look(probe: TreeProbe) {
  const into = blankSample()
  return { sight: probe.look(into), ...into, pids: pids(probe) }
}

t.test('a whole branch is found in one look, by the lists of its parents', async t => {
  const generations = [new Said(ROOT, 1), new Said(1001, ROOT), new Said(1002, 1001), new Said(1003, 1002)]
  for (const [index, one] of generations.entries()) one.children = index < 3 ? [one.pid + 1] : []
  const { probe } = machine(...generations)
  const into = blankMemory()
  t.equal(probe.lookAtMemory(into), 'seen')
  t.match(into, { rss: 400, processes: 4 })
})

t.test('or by the listing of all', async t => {
  const { look } = machine(new Said(ROOT, 1), new Said(1001, ROOT), new Said(1002, 1001, 1002, 1002), new Said(2000, 1))
  t.match(look(), { sight: 'seen', processes: 4, pids: [ROOT, 1001, 1002, 2000] }, '2000 is in the group')
})

t.test('a group or session that the root does not lead is not its own', async t => {
  const { look } = machine(new Said(ROOT, 1, 900, 900), new Said(1001, 1, 900, 900), new Said(1002, ROOT, 900, 900))
  t.strictSame(look().pids, [ROOT, 1002])
})

t.test('a session that the root leads is its own, whatever the group', async t => {
  const { look } = machine(new Said(ROOT, 1), new Said(1001, 1, 1001, ROOT))
  t.strictSame(look().pids, [ROOT, 1001])
})

t.test('its ancestors are none of it, though they are in its group', async t => {
  const { look } = machine(new Said(998, 1), new Said(999, 998), new Said(ROOT, 999), new Said(1001, 1))
  t.strictSame(look().pids, [ROOT, 1001])
})

t.test('a ring of rows that are of different moments has an end', async t => {
  const { look } = machine(new Said(998, 999), new Said(999, 998), new Said(ROOT, 999), new Said(1001, 1))
  t.strictSame(look().pids, [ROOT, 1001])
})

t.test('the watcher itself is none of it', async t => {
  const { look } = machine(new Said(ROOT, 1), new Said(process.pid, ROOT), new Said(1002, process.pid, 1, 1))
  t.strictSame(look().pids, [ROOT], 'nor is whatever the watcher has started')
})

t.test('a list may be older than what the process itself tells', async t => {
  const stranger = new Said(1001, 1, 1, 1)
  const root = new Said(ROOT, 1)
  root.children = [1001, 1002]
  const { look } = machine(root, stranger)
  t.strictSame(look().pids, [ROOT], '1002 has ended meanwhile')
  t.notOk(stranger.isOpen)
})

t.test('who is a member stays one, whatever it does', async t => {
  const child = new Said(1001, ROOT)
  const { look, publish } = machine(new Said(ROOT, 1), child)
  look()
  Object.assign(child.figures, { parent: 1, pgrp: 1001, session: 1001 })
  publish()
  t.strictSame(look().pids, [ROOT, 1001])
})

t.test('an edition is read once, and a new one at once', async t => {
  const child = new Said(1001, ROOT, 1001, 1001)
  const { look, publish } = machine(new Said(ROOT, 1), child)
  child.figures.parent = 1
  look()
  t.strictSame(look().pids, [ROOT])
  t.equal(child.opened, 1, 'it was asked, and it was none')
  child.figures.parent = ROOT
  publish()
  t.strictSame(look().pids, [ROOT, 1001])
})

t.test('of a process that somebody else has started, the first look wants to know it exactly', async t => {
  const adopted = machine(new Said(ROOT, 1))
  adopted.look()
  adopted.look()
  t.match(adopted.asked, [0, 1_000])
  const owned = machine(new Said(ROOT, process.pid))
  owned.look()
  t.match(owned.asked, [1_000])
})

t.test('a zombie is CPU alone, and then its parent has it', async t => {
  const [root, child] = [new Said(ROOT, 1), new Said(1001, ROOT)]
  const { look } = machine(root, child)
  t.match(look(), { rss: 200, processes: 2, cpuMs: 20 })
  child.life = 'zombie'
  t.match(look(), { rss: 100, processes: 1, cpuMs: 20, pids: [ROOT] })
  child.life = 'gone'
  root.figures.reapedMs = 10
  t.match(look(), { rss: 100, processes: 1, cpuMs: 20 })
  t.notOk(child.isOpen)
})

t.test('one that cannot be read at this moment is what it was', async t => {
  const child = new Said(1001, ROOT)
  const { look } = machine(new Said(ROOT, 1), child)
  look()
  child.life = 'nothing'
  t.match(look(), { sight: 'seen', rss: 200, processes: 2, cpuMs: 20 })
})

t.test('without its root there is nothing to sum up, and its members are known until the end', async t => {
  const [root, child, stray] = [new Said(ROOT, 1), new Said(1001, ROOT), new Said(1002, 1001, 1002)]
  const { probe, look } = machine(root, child, stray)
  look()
  root.life = 'nothing'
  t.equal(look().sight, 'nothing')
  root.life = 'zombie'
  t.match(look(), { sight: 'gone', pids: [1001, 1002] })
  t.strictSame(probe.strays(), [1002])
  child.life = 'gone'
  t.strictSame(pids(probe), [1002])
  probe.close()
  t.strictSame([pids(probe), probe.strays()], [[], []])
  t.notOk(root.isOpen || child.isOpen || stray.isOpen)
})

t.test('strays are those whom a signal to the group does not reach, by what they tell now', async t => {
  const [child, stray] = [new Said(1001, ROOT), new Said(1002, ROOT, 1002)]
  const { probe, look } = machine(new Said(ROOT, 1), child, stray)
  look()
  t.strictSame(probe.strays(), [1002])
  child.figures.pgrp = 1002
  t.strictSame(probe.strays(), [1001, 1002])
  stray.life = 'zombie'
  t.strictSame(probe.strays(), [1001])
})

t.test('where the first process leads no group, no signal to a group reaches anybody: all are strays', async t => {
  const { probe, look } = machine(new Said(ROOT, 1, 900, 900), new Said(1001, ROOT, 1001, 900))
  look()
  t.strictSame(probe.strays(), [ROOT, 1001])
})

t.test('a stray that was born a moment ago is told', async t => {
  const child = new Said(1001, ROOT, 1001)
  const { probe, look } = machine(new Said(ROOT, 1), child, new Said(1002, 1001, 1001, 1001))
  look()
  child.children = [1002]
  t.strictSame(probe.strays(), [1001, 1002])
})
