import { spawnSync } from 'node:child_process'
import t from 'tap'
import { saysHeapExhausted } from '../../lib/os/heap-words.js'

/** As Node 20, 22 and 24 have said it, for different reasons. */
const REASONS = [
  'Reached heap limit',
  'Ineffective mark-compacts near heap limit',
  'CALL_AND_RETRY_LAST',
  'invalid table size',
]

const LEAKS = {
  objects: 'const a = []; for (;;) a.push(new Array(1000).fill(0).map((_, i) => ({ i })))',
  map: 'const m = new Map(); for (let i = 0; ; i++) m.set(i, 0)',
  arrays: 'const a = []; for (;;) a.push(new Array(5e6).fill(1.5))',
}

for (const [what, script] of Object.entries(LEAKS))
  t.test(`Node that leaks: ${what}`, async t => {
    const env = { PATH: process.env.PATH }
    const { stderr, signal } = spawnSync(process.execPath, ['--max-old-space-size=32', '-e', script], { env })
    t.match(signal, /^SIG(ABRT|TRAP|ILL)$/)
    t.ok(saysHeapExhausted(String(stderr)), String(stderr).slice(0, 1000))
  })

t.test('every reason, wherever it stands', async t => {
  for (const reason of REASONS) {
    const words = `FATAL ERROR: ${reason} Allocation failed - JavaScript heap out of memory`
    t.ok(
      saysHeapExhausted(
        `[7:0x1] 12 ms: Scavenge\n\n<--- JS stacktrace --->\n\n${words}\n----- Native stack trace -----\n`,
      ),
    )
    t.ok(saysHeapExhausted(`half a line ${words}`))
  }
  t.ok(saysHeapExhausted('#\n# Fatal JavaScript out of memory: Reached heap limit\n#\n'))
})

t.test('what is no end of the heap', async t => {
  for (const text of [
    '',
    'JavaScript heap out of memory',
    'FATAL ERROR: Zone Allocation failed - process out of memory',
    'FATAL ERROR: v8::ToLocalChecked Empty MaybeLocal',
    'RangeError: Array buffer allocation failed',
    'Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory limit: JS heap out of memory',
    'FATAL ERROR: x\nAllocation failed - JavaScript heap out of memory',
  ])
    t.notOk(saysHeapExhausted(text), text)
})

t.test('words that begin like it take no long search', async t => {
  const before = process.cpuUsage()
  t.notOk(saysHeapExhausted('FATAL ERROR: '.repeat(5_000)))
  t.ok(process.cpuUsage(before).user < 150_000)
})
