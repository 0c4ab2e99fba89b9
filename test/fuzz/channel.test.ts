/** Whatever bytes a child writes, however they are cut: the reader hears what a simple oracle reads in them, and nothing else. */
import t from 'tap'
import { MAX_LINE_BYTES } from '../../lib/os/lines.js'
import type { Line } from '../../lib/os/parse-line.js'
import { createReader } from '../../lib/os/reader.js'
import type { FromChild } from '../../lib/wire/beats.js'
import { casesOr, Dice, SEED } from './dice.js'

const CASES = casesOr(300_000)
const STATE = '"pid":42,"usr1":false,"inspector":true'

/** What is worth being changed: lines that are right, and lines that are nearly so. */
const LINES = [
  `{"type":"hello",${STATE}}`,
  `{"type":"beat","seq":7,${STATE}}`,
  `{ "inspector": false, "usr1": true, "pid": 3, "seq": 9, "type": "beat", "more": [{"deep": {}}] }`,
  `{"type":"extend","ms":5000,${STATE}}`,
  `{"type":"activity","pid":42,"text":"reads report 17"}`,
  `{"type":"activity","pid":42,"text":"na\xc3\xafve \\u202e\\ud800 \\n"}`,
  `{"type":"activity","pid":42,"text":"${'x'.repeat(300)}"}`,
  `{"type":"testified","pid":42}`,
  `{"type":"exhausted","pid":42}`,
  `{"type":"witness","pid":42}`,
  `{"__proto__":{"pid":1,"usr1":true,"inspector":true},"type":"hello","seq":1}`,
  `{"constructor":{"prototype":{"evil":1}},"type":"hello",${STATE}}`,
  `{"type":"beat","seq":1e3,${STATE}}`,
  `{"type":"beat","seq":99999999999999999999,${STATE}}`,
  `{"type":"beat","seq":"7",${STATE}}`,
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  `{"a":${'{"a":'.repeat(600)}1${'}'.repeat(600)},"type":"hello",${STATE}}`,
  'WATCHDOG=1',
  'EXTEND_TIMEOUT_USEC=5000001',
  'EXTEND_TIMEOUT_USEC=0',
  'EXTEND_TIMEOUT_USEC=-1',
  '',
  ' \t\r',
  'null',
]
const SPICES = ['"', '{', '}', '\\', ' ', '\r', '\n', '0', '-', 'e', '\x00', '\xff', '__proto__', '\u00e9', 'true', ',']

function line(dice: Dice): string {
  if (dice.roll(200) === 0) return 'x'.repeat(MAX_LINE_BYTES - 1 + dice.roll(3))
  if (dice.roll(20) === 0)
    return Array.from({ length: dice.roll(60) }, () => String.fromCharCode(dice.roll(256))).join('')
  // The long ones are rare, for they are slow.
  const text = dice.roll(50) === 0 ? dice.pick(LINES) : dice.pick(LINES.filter(one => one.length < 200))
  return dice.roll(3) > 0 ? text : changed(text, dice)
}

function changed(text: string, dice: Dice): string {
  const at = dice.roll(text.length + 1)
  return text.slice(0, at) + (dice.roll(2) === 0 ? dice.pick(SPICES) : '') + text.slice(at + dice.roll(4))
}

function input(dice: Dice): string {
  const lines = Array.from({ length: 1 + dice.roll(5) }, () => line(dice))
  return lines.join('\n') + (dice.roll(3) === 0 ? '' : '\n')
}

interface Story {
  readonly heard: FromChild[]
  readonly faults: string[]
  readonly witnesses: number[]
}

function read(chunks: readonly string[]): Story {
  const story: Story = { heard: [], faults: [], witnesses: [] }
  const { read } = createReader(
    {
      heard: message => story.heard.push(message),
      fault: (_, kind = '') => story.faults.push(kind),
      witness: pid => story.witnesses.push(pid),
    },
    () => true,
  )
  for (const chunk of chunks) read(chunk)
  return story
}

function cut(text: string, dice: Dice): string[] {
  const chunks: string[] = []
  for (let from = 0; from < text.length; ) {
    const size = 1 + dice.roll(dice.roll(2) === 0 ? 3 : 400)
    chunks.push(text.slice(from, from + size))
    from += size
  }
  return chunks
}

/** As plainly as it can be said: no chunks, no bounds but the one on lines, no care for time. */
function oracle(text: string): Story {
  const lines = text.split('\n')
  const rest = lines.pop() ?? ''
  const heard: FromChild[] = []
  const faults = new Set<string>()
  const witnesses: number[] = []
  for (const raw of lines) {
    const message = raw.length > MAX_LINE_BYTES ? 'length' : meaning(raw.trim())
    if (typeof message === 'string') faults.add(message)
    else if (message?.type === 'witness') witnesses.push(message.pid)
    else if (message !== null) heard.push(message)
  }
  if (rest.length > MAX_LINE_BYTES) faults.add('length')
  return { heard, faults: [...faults], witnesses }
}

function meaning(line: string): Line | 'form' | null {
  if (line === '') return null
  if (line === 'WATCHDOG=1') return { type: 'notify' }
  if (/^EXTEND_TIMEOUT_USEC=0*[1-9]\d*$/.test(line) && line.length <= 35)
    return { type: 'extend', ms: Math.ceil(Number(line.slice(20)) / 1000), pid: null }
  let told: Record<string, unknown> | null
  try {
    told = JSON.parse(Buffer.from(line, 'latin1').toString())
  } catch {
    return 'form'
  }
  if (told === null || typeof told !== 'object' || Array.isArray(told)) return 'form'
  const own = (name: string) => (Object.hasOwn(told, name) ? told[name] : undefined)
  const [type, pid, usr1, inspector, seq, ms, text] = ['type', 'pid', 'usr1', 'inspector', 'seq', 'ms', 'text'].map(own)
  const counts = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1
  if (!counts(pid)) return 'form'
  if (type === 'testified' || type === 'exhausted' || type === 'witness') return { type, pid }
  if (type === 'activity' && typeof text === 'string') return { type, pid, text: harmless(text) }
  if (typeof usr1 !== 'boolean' || typeof inspector !== 'boolean') return 'form'
  if (type === 'hello') return { type, pid, usr1, inspector }
  if (type === 'beat' && counts(seq)) return { type, seq, pid, usr1, inspector }
  return type === 'extend' && counts(ms) ? { type, ms, pid } : 'form'
}

/** At most 256 units, of which none is half a character, a control or a turn of direction. */
function harmless(text: string): string {
  const bad = (code: number) =>
    code < 32 || (code > 126 && code < 160) || (code > 0x2027 && code < 0x202f) || (code > 0x2065 && code < 0x206a)
  const isHalf = (unit: string) => unit.length === 1 && unit >= '\ud800' && unit <= '\udfff'
  const units = Array.from(text.slice(0, 256))
  return units.map(unit => (bad(unit.codePointAt(0) as number) || isHalf(unit) ? ' ' : unit)).join('')
}

t.test(`${CASES} inputs (FUZZ_SEED=${SEED})`, { timeout: 300_000 }, async t => {
  for (let nth = 0; nth < CASES; nth++) {
    const dice = new Dice(SEED + nth)
    const text = input(dice)
    const wanted = JSON.stringify(oracle(text))
    const chunks = nth % 4 === 0 ? [text] : cut(text, dice)
    const got = JSON.stringify(read(chunks))
    if (got === wanted) continue
    t.equal(got, wanted, `FUZZ_SEED=${SEED + nth} FUZZ_CASES=1: ${JSON.stringify(chunks)}`)
    return
  }
  t.pass('the reader and the oracle agree')
})

t.test('a line without an end holds no memory', async t => {
  const chunk = 'x'.repeat(65_536)
  const story: string[] = []
  const { read } = createReader({ heard: () => {}, fault: (_, kind = '') => story.push(kind) }, () => true)
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < 1_600; n++) read(chunk)
  const grown = process.memoryUsage().heapUsed - before
  t.ok(grown < 20_000_000, `${grown} bytes more, of 100 MB that were read`)
  t.strictSame(story, ['length'])
})
