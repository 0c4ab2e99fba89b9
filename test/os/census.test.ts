import t from 'tap'
import { Census } from '../../lib/os/sampler/census.js'
import type { Relations } from '../../lib/os/sampler/kinship.js'

const child = (parent: number): Relations => ({ parent, pgrp: parent, session: parent })

/** A machine with `count` processes, all of them children of 1; and what was asked of it. */
function machine(count: number) {
  const rows = new Map(Array.from({ length: count }, (_, index) => [index + 1, child(1)]))
  let newest = count
  const read: number[] = []
  const begin = (pid: number, parent: number) => {
    rows.set(pid, child(parent))
    newest++
  }
  const census = new Census({
    newest: () => String(newest),
    pids: () => [...rows.keys()],
    relations(pid) {
      read.push(pid)
      return rows.get(pid) ?? null
    },
  })
  return { census, rows, begin, readIn: () => read.splice(0) }
}

t.test('all are read once, and nobody again while nobody comes', async t => {
  const { census, readIn } = machine(100)
  t.equal(census.renew(0, 1_000), 1)
  t.equal(readIn().length, 100)
  for (const now of [1_000, 2_000, 3_000]) t.equal(census.renew(now, 1_000), 1)
  t.strictSame(readIn(), [])
  t.equal(census.of(1).length, 99, 'but for itself')
  t.equal(census.parentOf(42), 1)
  t.equal(census.parentOf(4242), 0)
})

t.test('who has come is found, by reading a few', async t => {
  const { census, begin, readIn } = machine(100)
  census.renew(0, 1_000)
  readIn()
  begin(500, 42)
  t.equal(census.renew(999, 1_000), 1, 'no sooner than it is asked for')
  t.equal(census.renew(1_000, 1_000), 2)
  t.strictSame(census.of(42), [500])
  t.ok(readIn().length <= 11, 'the new one, and a share of the others')
  begin(501, 42)
  t.equal(census.renew(1_001, 0), 3, 'or at once, for one that must not wait')
  t.strictSame(census.of(42), [500, 501])
})

t.test('who has ended is forgotten', async t => {
  const { census, begin, rows } = machine(100)
  begin(500, 42)
  census.renew(0, 1_000)
  rows.delete(500)
  begin(501, 43)
  census.renew(1_000, 1_000)
  t.strictSame([census.of(42), census.parentOf(500)], [[], 0])
})

t.test('a pid with a new owner is noticed, in fifty editions at the most', async t => {
  const { census, begin } = machine(100)
  begin(500, 42)
  census.renew(0, 1_000)
  begin(500, 43)
  for (let now = 1_000; now <= 50_000; now += 1_000) {
    begin(1_000 + now, 1)
    census.renew(now, 1_000)
  }
  t.strictSame([census.of(42), census.of(43)], [[], [500]])
})

t.test('where the last pid is not told, there is a census all the same, now and then', async t => {
  const { census, rows } = machine(100)
  census.renew(0, 1_000)
  rows.set(500, child(42))
  t.equal(census.renew(9_000, 1_000), 1)
  t.equal(census.renew(10_000, 1_000), 2)
  t.strictSame(census.of(42), [500])
})
