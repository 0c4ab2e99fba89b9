import fc from 'fast-check'
import t from 'tap'
import { TreeCpu } from '../../lib/core/tree-cpu.js'
import { Kernel } from './kernel.js'

const ROOT = 10
const CHILD = 11
const GRANDCHILD = 12

/** Readings of [pid, parent, own, reaped]; who is in none any more has gone. The totals. */
function totals(...readings: [pid: number, parent: number, own: number, reaped: number][][]): number[] {
  const cpu = new TreeCpu()
  let present: number[] = []
  return readings.map(reading => {
    const pids = reading.map(([pid]) => pid)
    for (const pid of present) if (!pids.includes(pid)) cpu.gone(pid)
    for (const row of reading) cpu.read(...row)
    present = pids
    return cpu.settle()
  })
}

t.test('a process counts with what it used before it was known', async t => {
  t.strictSame(
    totals(
      [[ROOT, 1, 50, 0]],
      [
        [ROOT, 1, 60, 0],
        [CHILD, ROOT, 500, 0],
      ],
    ),
    [50, 560],
  )
})

t.test('a child that was waited for is counted in its parent, once', async t => {
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, ROOT, 100, 0],
      ],
      [[ROOT, 1, 50, 130]],
      [[ROOT, 1, 50, 130]],
      [[ROOT, 1, 50, 130]],
    ),
    [150, 180, 180, 180],
    'with the 30 ms that it used last',
  )
})

t.test('the parent may have been read a moment before it waited', async t => {
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, ROOT, 100, 0],
      ],
      [[ROOT, 1, 50, 0]],
      [[ROOT, 1, 50, 130]],
      [[ROOT, 1, 50, 130]],
    ),
    [150, 150, 180, 180],
  )
})

t.test('a child that nobody waited for keeps its time', async t => {
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, ROOT, 100, 0],
      ],
      [[ROOT, 1, 50, 0]],
      [[ROOT, 1, 50, 0]],
      [[ROOT, 1, 50, 40]],
    ),
    [150, 150, 150, 190],
    'and what is waited for much later is somebody else',
  )
})

t.test("an orphan's time goes to nobody here", async t => {
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, 1, 100, 0],
      ],
      [[ROOT, 1, 50, 70]],
    ),
    [150, 220],
    'what the root waited for was another one',
  )
})

t.test('one that nobody saw is counted when it was waited for', async t => {
  t.strictSame(totals([[ROOT, 1, 50, 0]], [[ROOT, 1, 50, 700]]), [50, 750])
})

t.test('a whole branch that ends at once shows up at its top', async t => {
  const branch: [number, number, number, number][] = [
    [CHILD, ROOT, 100, 0],
    [GRANDCHILD, CHILD, 1_000, 0],
  ]
  t.strictSame(
    totals([[ROOT, 1, 50, 0], ...branch], [[ROOT, 1, 50, 1_100]], [[ROOT, 1, 50, 1_100]]),
    [1_150, 1_150, 1_150],
  )
  t.strictSame(
    totals(
      [[ROOT, 1, 50, 0], ...branch],
      [
        [ROOT, 1, 50, 0],
        [CHILD, ROOT, 100, 0],
      ],
      [[ROOT, 1, 50, 0]],
      [[ROOT, 1, 50, 1_100]],
    ),
    [1_150, 1_150, 1_150, 1_150],
    'however long it takes',
  )
})

t.test('a pid that is used again is another process', async t => {
  const cpu = new TreeCpu()
  cpu.read(ROOT, 1, 0, 0)
  for (let round = 1; round <= 3; round++) {
    cpu.read(CHILD, ROOT, 100, 0)
    t.equal(cpu.settle(), 100 * round)
    cpu.gone(CHILD)
  }
  t.equal(cpu.settle(), 300)
  cpu.read(CHILD, ROOT, 100, 0)
  cpu.gone(CHILD)
  cpu.read(CHILD, ROOT, 100, 0)
  cpu.gone(CHILD)
  t.equal(cpu.settle(), 500, 'however soon')
})

t.test('one that was never read is not missed', async t => {
  const cpu = new TreeCpu()
  cpu.gone(CHILD)
  t.equal(cpu.settle(), 0)
})

const pid = fc.integer({ min: 1, max: 6 })
const ms = fc.nat({ max: 1_000 })
const reading = fc.array(fc.tuple(pid, pid, ms, ms), { maxLength: 6 })

t.test('the total never falls, whatever is read', async t => {
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 20 }), readings => {
      const told = totals(...readings)
      return told.every((total, index) => total >= (told[index - 1] ?? 0))
    }),
  )
  t.pass()
})

type Step = (kernel: Kernel) => void

/** Mostly the first few: deep families that end soon. */
const which = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 20 }))
const burn = fc.tuple(which, ms).map(
  ([who, used]): Step =>
    kernel =>
      kernel.burn(who, used),
)
const exit = which.map(
  (who): Step =>
    kernel =>
      kernel.exit(who),
)
const wait = which.map(
  (who): Step =>
    kernel =>
      kernel.wait(who),
)
const finish = which.map(
  (who): Step =>
    kernel =>
      kernel.finish(who),
)
const fork = (ignores: fc.Arbitrary<boolean>) =>
  fc.tuple(which, ignores).map(
    ([who, ignored]): Step =>
      kernel =>
        kernel.fork(who, ignored),
  )

t.test('where all are waited for, the total is what was used, to the millisecond', async t => {
  // Who ends has no children left that could be orphans: the root is the only parent.
  const flat = fc.oneof(
    burn,
    exit,
    wait,
    fc.constant<Step>(kernel => kernel.fork(0, false)),
  )
  fc.assert(
    fc.property(fc.array(fc.array(flat, { maxLength: 8 }), { maxLength: 20 }), rounds => {
      const kernel = new Kernel()
      return rounds.every(steps => {
        for (const step of steps) step(kernel)
        return kernel.read() === kernel.usedMs
      })
    }),
  )
  t.pass()
})

t.test('orphans, and parents that do not wait: never more than was used, and never less than was read', async t => {
  const any = fc.oneof(burn, exit, wait, finish, fork(fc.boolean()))
  fc.assert(
    fc.property(fc.array(fc.array(any, { maxLength: 8 }), { maxLength: 20 }), rounds => {
      const kernel = new Kernel()
      return rounds.every(steps => {
        for (const step of steps) step(kernel)
        const total = kernel.read()
        return total <= kernel.usedMs && total >= kernel.usedMs - kernel.unreadMs
      })
    }),
    { numRuns: 2_000 },
  )
  t.pass()
})

t.test('the reaped time of a process moves to its parent with its own time', async t => {
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, ROOT, 100, 40],
      ],
      [[ROOT, 1, 50, 0]],
      [[ROOT, 1, 50, 140]],
    ),
    [190, 190, 190],
  )
})

t.test('CPU time that reaches the parent in parts is counted once', async t => {
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, ROOT, 100, 0],
      ],
      [[ROOT, 1, 50, 40]],
      [[ROOT, 1, 50, 140]],
    ),
    [150, 150, 190],
  )
})

t.test('a process whose time was found does not redirect the time of its children', async t => {
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, ROOT, 100, 0],
        [GRANDCHILD, CHILD, 1_000, 0],
      ],
      [
        [ROOT, 1, 50, 100],
        [GRANDCHILD, CHILD, 1_000, 0],
      ],
      [[ROOT, 1, 50, 600]],
    ),
    [1_150, 1_150, 1_650],
    'the root has reaped another process since',
  )
})

t.test("a new process with the parent's pid does not take over the time of an orphan", async t => {
  const LATER = 77
  t.strictSame(
    totals(
      [
        [ROOT, 1, 50, 0],
        [CHILD, LATER, 100, 0],
      ],
      [[ROOT, 1, 50, 0]],
      [
        [ROOT, 1, 50, 0],
        [LATER, ROOT, 5, 70],
      ],
    ),
    [150, 150, 225],
  )
})

t.test('the time of a branch that its top does not reap within two readings is kept', async t => {
  const branch: [number, number, number, number][] = [
    [CHILD, ROOT, 100, 0],
    [GRANDCHILD, CHILD, 1_000, 0],
  ]
  const root = (reaped: number): [number, number, number, number][] => [[ROOT, 1, 50, reaped]]
  t.strictSame(totals([...root(0), ...branch], root(0), root(0), root(1_100)), [1_150, 1_150, 1_150, 2_250])
})
