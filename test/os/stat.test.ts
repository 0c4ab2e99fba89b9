import fc from 'fast-check'
import t from 'tap'
import {
  blankStat,
  hasEnded,
  parseName,
  parseNumbers,
  parsePids,
  parseStat,
  STAT_BYTES,
} from '../../lib/os/sampler/stat.js'

const REST = '1 4242 4243 34817 -1 4194304 5 6 7 8 1234 567 11 12 20 0 3 0 987654321 1000 200 18446744073709551615'
const NAMES = ['', ')', ') R 1 2 3', '((', 'a b', 'new\nline', '((sd-pam))']

/** As readers do it: into a large buffer in which an older, longer line still stands. */
function parse(text: string, stat = blankStat()) {
  const bytes = Buffer.alloc(STAT_BYTES, '9 9) R 9 ')
  return { ok: parseStat(bytes, bytes.write(text), stat), stat, bytes }
}

t.test('a plain line', async t => {
  const { ok, stat } = parse(`77 (sleep) S ${REST}\n`)
  t.ok(ok)
  t.strictSame(stat, {
    state: 'S'.charCodeAt(0),
    parent: 1,
    pgrp: 4242,
    session: 4243,
    cpuTicks: 1801,
    reapedTicks: 23,
    start: 987654321,
  })
})

t.test('whatever the name holds, the fields are the same', async t => {
  const expected = parse(`77 (sleep) Z ${REST}\n`).stat
  for (const name of NAMES) t.strictSame(parse(`77 (${name}) Z ${REST}\n`).stat, expected, JSON.stringify(name))
  fc.assert(
    fc.property(fc.string({ maxLength: 63, unit: 'binary-ascii' }), name => {
      const { ok, stat } = parse(`77 (${name}) Z ${REST}\n`)
      return ok && Object.entries(expected).every(([key, value]) => stat[key as keyof typeof stat] === value)
    }),
  )
})

t.test('the name itself', async t => {
  for (const name of [...NAMES, 'naïve €']) t.equal(parseName(parse(`4194303 (${name}) S ${REST}\n`).bytes), name)
})

t.test('one object is filled again, and nothing of the last process stays', async t => {
  const stat = blankStat()
  parse(`77 (a) R ${REST}\n`, stat)
  parse('78 (b) X 0 -1 -1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 5 0\n', stat)
  t.match(stat, { parent: 0, cpuTicks: 0, reapedTicks: 0, start: 5 })
  t.ok(stat.pgrp < 0, 'a group of -1 is never a pid')
})

t.test('half a line is no line', async t => {
  for (const text of ['', '77', '77 (sleep', '77 (sleep)', '77 (sleep) S', '77 (sleep) S 1 2 3']) {
    t.notOk(parse(text).ok, JSON.stringify(text))
  }
})

t.test('zombies and the dead have ended, nobody else', async t => {
  const letters = [...'RSDTtZXIWPK'].filter(letter => hasEnded({ ...blankStat(), state: letter.charCodeAt(0) }))
  t.strictSame(letters, ['Z', 'X'])
})

t.test('numbers of statm and schedstat', async t => {
  const numbers = new Float64Array(3)
  const read = (text: string) => {
    parseNumbers(Buffer.from(`${text}9999`), text.length, numbers)
    return [...numbers]
  }
  t.strictSame(read('1000 250 90 1 0 400 0\n'), [1000, 250, 90])
  t.strictSame(read('123456789012345 678 9\n'), [123456789012345, 678, 9])
  t.strictSame(read('5 6\n'), [5, 6, 0])
  t.strictSame(read(''), [0, 0, 0])
})

t.test('lists of pids, less those that are known', async t => {
  const read = (text: string, ...known: number[]) =>
    parsePids(Buffer.from(`${text}9 9 9 `), text.length, new Map(known.map(pid => [pid, true])))
  t.strictSame(read(''), [])
  t.strictSame(read('7 12345 4194303 '), [7, 12345, 4194303])
  t.strictSame(read('7 12345 4194303 ', 12345), [7, 4194303])
  t.strictSame(read('7 ', 7), [])
})
