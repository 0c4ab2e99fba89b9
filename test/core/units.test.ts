import fc from 'fast-check'
import t from 'tap'
import {
  formatBytes,
  formatMs,
  formatValue,
  parseDuration,
  parsePercent,
  parseSize,
  parseUtilization,
} from '../../lib/core/units.js'

const MB = 1_048_576
/** What no unit takes. */
const NONSENSE = [
  '',
  ' ',
  '12 potatoes',
  'abc',
  '-5s',
  '-5MB',
  '+5MB',
  '300',
  '1e3s',
  'Infinity',
  'NaN',
  'off',
  '5 s s',
]
const NO_STRINGS = [Number.NaN, Infinity, -Infinity, -1, null, undefined, true, {}, [], ['5s'], 10n, Symbol('5s')]

t.test('durations are milliseconds, or carry their unit', async t => {
  const cases: [unknown, number][] = [
    [0, 0],
    [1500, 1500],
    ['12s', 12_000],
    ['1.5 s', 1500],
    ['.5s', 500],
    [' 250 ms ', 250],
    ['3 min', 180_000],
    ['2 Hours', 7_200_000],
    ['0s', 0],
    ['1.25 s', 1250],
    ['.25s', 250],
    ['1d', 86_400_000],
  ]
  for (const [given, ms] of cases) t.equal(parseDuration(given), ms, String(given))
  for (const given of [...NONSENSE, ...NO_STRINGS, '300MB', '10%']) t.equal(parseDuration(given), null, String(given))
  t.equal(parseDuration(`${'9'.repeat(400)}s`), null, 'a number beyond all numbers')
})

t.test('sizes are bytes, or carry their unit; K is 1024', async t => {
  const cases: [unknown, number][] = [
    [0, 0],
    [1500.7, 1500],
    ['300MB', 300 * MB],
    ['300 MB', 300 * MB],
    ['300mb', 300 * MB],
    ['300M', 300 * MB],
    ['300MiB', 300 * MB],
    ['1.5 GB', 1536 * MB],
    ['1g', 1024 * MB],
    ['2TB', 2 * 1024 * 1024 * MB],
    ['10 KiB', 10_240],
    ['64k', 65_536],
    ['512 B', 512],
    ['512b', 512],
    [' 300MB ', 300 * MB],
    ['1.25 KB', 1280],
    ['12.25 KB', 12_544],
    ['0 B', 0],
  ]
  for (const [given, size] of cases) t.equal(parseSize(given), size, String(given))
  for (const given of [...NONSENSE, ...NO_STRINGS, '300xyz', '300MBx', 'x300MB', '300 MB or so', '12s', '10%'])
    t.equal(parseSize(given), null, String(given))
  t.equal(parseSize(`${'9'.repeat(400)}GB`), null, 'a number beyond all numbers')
})

t.test('utilization is percent of all cores, or a number of cores, and at most 100', async t => {
  const cases: [unknown, number][] = [
    [10, 10],
    ['10%', 10],
    ['12.5 %', 12.5],
    ['0.5 core', 12.5],
    ['2 cores', 50],
    ['1core', 25],
    [250, 100],
    ['8 cores', 100],
    ['0.25 core', 6.25],
    ['12 cores', 100],
    [' 2 cores ', 50],
    [' 10% ', 10],
    ['12.25%', 12.25],
    [100, 100],
    ['100.5%', 100],
    [0, 0],
  ]
  for (const [given, percent] of cases) t.equal(parseUtilization(given, 4), percent, String(given))
  for (const given of [
    ...NONSENSE,
    ...NO_STRINGS,
    '2 corers',
    '-2 cores',
    '2 cores or so',
    '-10%',
    '10%%',
    '10% of it',
    '12s',
  ])
    t.equal(parseUtilization(given, 4), null, String(given))
  t.equal(parsePercent('80%'), 80)
  t.equal(parsePercent(80), null, 'a bare number is not a share')
  const cores = [1, 2, 8].map(cores => parseUtilization('1 core', cores))
  t.strictSame(cores, [100, 50, 12.5])
})

t.test('no string makes a number that is not finite or not positive', async () => {
  const anything = fc.oneof(fc.string(), fc.stringMatching(/^[-+]?\d{0,4}\.?\d{0,3} ?(s|ms|MB|G|%|cores?|x)?$/))
  const sane = (value: number | null) => value === null || (Number.isFinite(value) && value >= 0)
  fc.assert(
    fc.property(anything, text => {
      return [parseDuration(text), parseSize(text), parsePercent(text), parseUtilization(text, 2)].every(sane)
    }),
  )
})

t.test('numbers as messages show them', async t => {
  t.equal(formatBytes(612.34 * MB), '612.3 MB')
  t.equal(formatBytes(300 * MB), '300 MB')
  t.equal(formatBytes(0), '0 B')
  t.equal(formatBytes(Infinity), 'off')
  const durations: [number, string][] = [
    [0, '0 ms'],
    [0.44, '0.4 ms'],
    [250, '250 ms'],
    [1_500, '1.5 s'],
    [12_000, '12 s'],
    [90_000, '90 s'],
    [180_000, '3 min'],
    [10_800_000, '3 h'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_250, '1.3 s'],
    [119_999, '120 s'],
    [120_000, '2 min'],
    [7_199_999, '120 min'],
    [7_200_000, '2 h'],
    [90_000_000, '25 h'],
    [3.6e12, '1000000 h'],
    [-1_500, '-1.5 s'],
    [-5, '-5 ms'],
    [Number.NaN, 'off'],
    [Infinity, 'off'],
  ]
  for (const [ms, text] of durations) t.equal(formatMs(ms), text)
  t.equal(formatValue('percent', 100 / 3), '33.3 %')
  t.equal(formatValue('count', 5), '5')
  t.equal(formatValue('count', Infinity), 'off')
  t.equal(formatValue('bytes', MB), '1 MB')
  t.equal(formatValue('ms', 1000), '1 s')
})

t.test('what is shown of a duration can be written, and means nearly the same', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), ms => {
      const again = parseDuration(formatMs(ms))
      return again !== null && Math.abs(again - ms) <= ms * 0.03 + 1
    }),
  )
})
