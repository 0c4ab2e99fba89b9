/** What /proc may say, and what it never should: the parsers agree with plain string operations, and read no byte too many. */
import t from 'tap'
import { blankStat, parseName, parseNumbers, parsePids, parseStat, STAT_BYTES } from '../../lib/os/sampler/stat.js'
import { casesOr, Dice, SEED } from './dice.js'

const CASES = casesOr(100_000)
const NUMBERS = ['0', '1', '42', '4194303', '18446744073709551615', '9007199254740993', '123456789']
const NAME_BYTES = [...') (\n\t0aZ', '\x00', '\x7f', '\xff', 'é']

const name = (dice: Dice): string => Array.from({ length: dice.roll(16) }, () => dice.pick(NAME_BYTES)).join('')
const fields = (dice: Dice, count: number): string[] => Array.from({ length: count }, () => dice.pick(NUMBERS))
const statLine = (dice: Dice): string =>
  `${dice.pick(NUMBERS.slice(0, 4))} (${name(dice)}) ${dice.pick([...'RSDTtZXI'])} ${fields(dice, 49).join(' ')}\n`

/** In a buffer that still holds another line: what lies behind `length` must not matter. */
function inBuffer(bytes: Buffer, dice: Dice): Buffer {
  const buffer = Buffer.alloc(STAT_BYTES, dice.pick(['9 9) R 9 ', ')', ' 1', '\x00']))
  bytes.copy(buffer)
  return buffer
}

/** Of a line that is whole up to field 22; null: it is not. */
function statByStrings(text: string) {
  const [state = '', ...numbers] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (numbers.length < 20) return null
  const field = (nth: number) => digits(numbers[nth - 4] ?? '')
  return {
    state: state.charCodeAt(0),
    parent: field(4),
    pgrp: field(5),
    session: field(6),
    cpuTicks: field(14) + field(15),
    reapedTicks: field(16) + field(17),
    start: field(22),
  }
}

/** Digit by digit, as a number of the kernel's 64 bits is not one of ours. */
const digits = (text: string): number => [...text].reduce((value, digit) => value * 10 + Number(digit), 0)

function each(what: string, check: (dice: Dice) => string | null): void {
  t.test(`${what}: ${CASES} cases (FUZZ_SEED=${SEED})`, { timeout: 300_000 }, async t => {
    for (let nth = 0; nth < CASES; nth++) {
      const wrong = check(new Dice(SEED + nth))
      if (wrong === null) continue
      t.fail(`FUZZ_SEED=${SEED + nth} FUZZ_CASES=1: ${wrong}`)
      return
    }
    t.pass('the parser and the oracle agree')
  })
}

/** Beyond 2^53 the last digits are a matter of the order of sums. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) ? value.toPrecision(12) : value

const differ = (got: unknown, wanted: unknown, of: string): string | null => {
  const [one, other] = [JSON.stringify(got, rounded), JSON.stringify(wanted, rounded)]
  return one === other ? null : `${JSON.stringify(of)}: ${one}, and not ${other}`
}

each('stat, whole', dice => {
  const text = statLine(dice)
  const bytes = Buffer.from(text, 'utf8')
  const stat = blankStat()
  const isWhole = parseStat(inBuffer(bytes, dice), bytes.length, stat)
  return (
    differ(isWhole && stat, statByStrings(text), text) ??
    differ(parseName(bytes), text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')), text)
  )
})

each('stat, cut short', dice => {
  const whole = Buffer.from(statLine(dice), 'utf8')
  const length = dice.roll(whole.length)
  // Behind the end there is the rest of the same line: the answer must be as if it were not.
  const [buffered, alone] = [blankStat(), blankStat()]
  const same = [
    parseStat(inBuffer(whole, dice), length, buffered) && buffered,
    parseStat(Buffer.from(whole.subarray(0, length)), length, alone) && alone,
  ]
  return differ(same[0], same[1], whole.toString('latin1', 0, length))
})

each('stat, rubbish', dice => {
  const bytes = Buffer.from(
    Array.from({ length: dice.roll(120) }, () => dice.pick([32, 41, 40, 48, 57, 10, dice.roll(256)])),
  )
  const [buffered, alone] = [blankStat(), blankStat()]
  const same = [
    parseStat(inBuffer(bytes, dice), bytes.length, buffered) && buffered,
    parseStat(bytes, bytes.length, alone) && alone,
  ]
  return differ(same[0], same[1], bytes.toString('latin1'))
})

each('statm and schedstat', dice => {
  const text = `${fields(dice, dice.roll(8)).join(' ')}${dice.pick(['\n', '', ' '])}`
  const bytes = Buffer.from(text)
  const numbers = new Float64Array(1 + dice.roll(4))
  parseNumbers(inBuffer(bytes, dice), bytes.length, numbers)
  const told = text.split(/[ \n]/).map(digits)
  return differ(
    [...numbers],
    Array.from(numbers, (_, index) => told[index] ?? 0),
    text,
  )
})

each('lists of pids', dice => {
  const pids = Array.from({ length: dice.roll(6) }, () => 1 + dice.roll(4_194_303))
  const known = new Map(pids.filter(() => dice.roll(2) === 0).map(pid => [pid, true]))
  const bytes = Buffer.from(pids.map(pid => `${pid} `).join(''))
  const length = dice.roll(2) === 0 ? bytes.length : dice.roll(bytes.length + 1)
  // The last one counts only if its space is there: a pid that is cut short is another's.
  const whole = bytes.toString('latin1', 0, length).split(' ').slice(0, -1).map(Number)
  return differ(
    parsePids(inBuffer(bytes, dice), length, known),
    whole.filter(pid => !known.has(pid)),
    pids.join(' '),
  )
})
