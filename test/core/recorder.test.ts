import fc from 'fast-check'
import t from 'tap'
import { Recorder } from '../../lib/core/recorder.js'
import { Ring } from '../../lib/core/ring.js'

const MB = 1024 * 1024
const sample = (at: number, changes = {}) => ({
  at,
  cpuMs: at / 10,
  rss: 50 * MB,
  processes: 1,
  state: 'S',
  ...changes,
})

t.test('a ring keeps the newest rows, the oldest first, as an array that is cut at the front would', async t => {
  const rows = fc.array(fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })), { maxLength: 60 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), rows, fc.integer({ min: 0, max: 20 }), (most, rows, last) => {
      const ring = new Ring(most, 2)
      for (const row of rows) {
        ring.begin()
        row.forEach((value, column) => {
          ring.set(column, value)
        })
      }
      const kept = rows.slice(-most)
      t.strictSame(
        [0, 1].map(column => ring.column(column)),
        [0, 1].map(column => kept.map(row => row[column])),
      )
      t.strictSame(ring.column(1, last), last === 0 ? [] : kept.slice(-last).map(row => row[1]))
      t.equal(ring.size, kept.length)
    }),
    { numRuns: 50 },
  )
  t.ok(Number.isNaN(new Ring(3, 1).get(0)))
  const ring = new Ring(2, 2)
  for (const value of [1, 2, 3]) {
    ring.begin()
    ring.set(1, value)
    t.strictSame([ring.get(0), ring.get(1)], [0, value], 'the newest row')
  }
})

t.test('ten minutes are kept, in kilobytes', async t => {
  const recorder = new Recorder(3_000)
  for (let at = 0; at < 3_600_000; at += 3_000) recorder.sample(sample(at), 1, 0)
  const { at } = recorder.samples()
  t.strictSame([at.length, at[0], at.at(-1)], [200, 3_000_000, 3_597_000])
  for (const windowMs of [1, 50, Number.POSITIVE_INFINITY]) {
    const quick = new Recorder(windowMs)
    for (let n = 0; n < 2_000; n++) quick.sample(sample(n), 1, 0)
    t.equal(quick.samples().at.length, 600, 'however short the windows')
  }
})

t.test('beats of 2.5 s are one row, the worst; a sample has the worst since the one before', async t => {
  const recorder = new Recorder(3_000)
  recorder.sample(sample(0), 1, 0)
  recorder.beat(100, 5, 1)
  recorder.beat(1_100, 900, 700)
  recorder.beat(2_100, 4, 0)
  recorder.beat(2_700, 3, 0)
  recorder.sample(sample(3_000), 1, 0)
  recorder.sample(sample(6_000), 1, 0)
  t.strictSame(recorder.beats(), { at: [100, 2_700], wall: [900, 3], own: [700, 0] })
  t.strictSame(recorder.samples().lateness, [null, 700, null])
})

t.test('of several processes sizes are told with shared pages once, also those before it was known', async t => {
  const recorder = new Recorder(3_000)
  recorder.sample(sample(0, { rss: 100, processes: 1 }), 1, 0)
  recorder.sample(sample(1, { rss: 400, processes: 3 }), 1, Number.NaN)
  recorder.sample(sample(2, { rss: 500, processes: 3 }), 1, 300)
  recorder.sample(sample(3, { rss: 600, processes: 3 }), 1, Number.NaN)
  t.strictSame(recorder.samples().rss, [100, 100, 200, 600])
  recorder.look(sample(4, { rss: 10 }), 30)
  t.strictSame(recorder.looks(), { at: [4], rss: [0] })
})

t.test('what a status shows is of the present life alone', async t => {
  const recorder = new Recorder(1_000)
  for (let n = 0; n < 50; n++) recorder.sample(sample(n * 1_000, { cpuMs: n * 500, rss: n }), 1, 0)
  t.strictSame(
    recorder.recent(1).rss,
    Array.from({ length: 30 }, (_, n) => n + 20),
  )
  t.strictSame(new Set(recorder.recent(1).cpu), new Set([50]))
  t.equal(recorder.recent(1).cpu.length, 30)
  recorder.sample(sample(60_000, { cpuMs: 10, rss: 7 }), 2, 0)
  t.strictSame(recorder.recent(2), { rss: [7], cpu: [] })
  recorder.sample(sample(61_000, { cpuMs: 1_010, rss: 8 }), 2, 0)
  t.strictSame(recorder.recent(2), { rss: [7, 8], cpu: [100] })
  t.strictSame(recorder.recent(3), { rss: [], cpu: [] })
})

t.test('of what was told the newest is kept, and nothing but its words', async t => {
  const recorder = new Recorder(1_000)
  for (let n = 0; n < 200; n++) recorder.tell({ at: n, life: 1, type: 'defer', message: `${n}`, pid: 7 } as never)
  const told = recorder.told()
  t.strictSame([told.length, told.at(-1)], [96, { at: 199, life: 1, type: 'defer', message: '199' }])
})

t.test('an empty recorder has empty columns', async t => {
  const recorder = new Recorder(3_000)
  t.strictSame(recorder.told(), [])
  t.strictSame(recorder.samples(), {
    ...{ at: [], life: [], cpuMs: [], rss: [], processes: [], lateness: [], state: [] },
  })
  t.strictSame(recorder.looks(), { at: [], rss: [] })
  t.strictSame(recorder.beats(), { at: [], wall: [], own: [] })
  t.strictSame(recorder.recent(1), { rss: [], cpu: [] })
})

t.test('a sample is recorded with every field and its run', async t => {
  const recorder = new Recorder(3_000)
  recorder.sample({ at: 7_000, cpuMs: 90, rss: 500, processes: 3, state: 'R' }, 2, 100)
  recorder.sample({ at: 10_000, cpuMs: 20, rss: 300, processes: 1, state: 'S' }, 4, 0)
  t.strictSame(recorder.samples(), {
    at: [7_000, 10_000],
    life: [2, 4],
    cpuMs: [90, 20],
    rss: [400, 300],
    processes: [3, 1],
    lateness: [null, null],
    state: ['R', 'S'],
  })
})

t.test('a memory sample is recorded with shared pages counted once, or in full if they are not known', async t => {
  const recorder = new Recorder(3_000)
  recorder.look({ at: 7, rss: 500, processes: 3 }, 100)
  t.strictSame(recorder.looks(), { at: [7], rss: [400] })
  const unknown = new Recorder(3_000)
  unknown.look({ at: 7, rss: 500, processes: 3 }, Number.NaN)
  t.strictSame(unknown.looks(), { at: [7], rss: [500] })
})

t.test('the recent CPU is that of the newest thirty windows', async t => {
  const recorder = new Recorder(1_000)
  for (let n = 0; n < 50; n++) recorder.sample(sample(n * 1_000, { cpuMs: 5 * n * n }), 1, 0)
  const windows = Array.from({ length: 30 }, (_, n) => n + 20)
  t.strictSame(
    recorder.recent(1).cpu,
    windows.map(n => Math.round((2 * n - 1) / 2)),
  )
})

t.test('a beat 2.5 s after the first beat of a row begins a new row', async t => {
  const recorder = new Recorder(3_000)
  recorder.beat(1_000_000, 10, 9)
  recorder.beat(1_002_499, 20, 3)
  recorder.beat(1_002_500, 5, 4)
  t.strictSame(recorder.beats(), { at: [1_000_000, 1_002_500], wall: [20, 5], own: [9, 4] })
})

t.test('a sample has the worst lag of the beats since the previous sample', async t => {
  const recorder = new Recorder(3_000)
  recorder.beat(100, 900, 40)
  recorder.beat(200, 50, 30)
  recorder.sample(sample(1_000), 1, 0)
  recorder.beat(1_100, 10, 0)
  recorder.sample(sample(2_000), 1, 0)
  t.strictSame(recorder.samples().lateness, [40, 0])
})

t.test('the recorder keeps 128 memory samples, 96 events and ten minutes of beats', async t => {
  const recorder = new Recorder(3_000)
  for (let n = 0; n < 1_000; n++) {
    recorder.look({ at: n, rss: n, processes: 1 }, 0)
    recorder.beat(n * 2_500, 1, 1)
    recorder.tell({ at: n, life: 1, type: 'warn', message: '' })
  }
  t.strictSame([recorder.looks().at.length, recorder.looks().at[0]], [128, 872])
  t.strictSame([recorder.beats().at.length, recorder.beats().at[0]], [240, 1_900_000])
  t.strictSame([recorder.told().length, recorder.told()[0]?.at], [96, 904])
})

t.test('CPU between two samples is never negative, and is 0 if no time passed', async t => {
  const recorder = new Recorder(1_000)
  const cpu: [number, number][] = [
    [1_000, 500],
    [2_000, 400],
    [2_000, 900],
    [4_000, 1_903],
  ]
  for (const [at, cpuMs] of cpu) recorder.sample(sample(at, { cpuMs }), 1, 0)
  t.strictSame(recorder.recent(1).cpu, [0, 0, 50])
})
