/** The last of a piped stderr: it is all there when the end is told, and main loses nothing of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import t, { type Test } from 'tap'
import { Tail } from '../../lib/os/tail.js'
import { createTraffic } from '../../lib/os/traffic.js'
import type { ChildConfig } from '../../lib/wire/commands.js'
import type { ToMain, ToThread } from '../../lib/wire/traffic.js'
import { ended, stateOf, until } from './processes.js'

const PIPED = { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' } as const

/** A thread's end whose main is told, and gives orders. As with a real one, what is transferred is gone here. */
function traffic() {
  const told: ToMain[] = []
  let order: (message: ToThread) => void = () => {}
  const port = {
    on: (_: 'message', hear: typeof order) => {
      order = hear
    },
    postMessage: (message: ToMain, transfer: ArrayBuffer[]) => void told.push(structuredClone(message, { transfer })),
  }
  const made = createTraffic(port as never)
  const start = (t: Test, life: number, script: string, stdio: object = PIPED): ChildProcess => {
    const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    t.teardown(() => end(child))
    made.attach({ name: 'one', ipc: null, stdio } as ChildConfig, life, child, () => {})
    return child
  }
  const heard = () => Buffer.concat(told.flatMap(one => (one.type === 'data' ? [one.bytes] : []))).toString('latin1')
  const over = () => until('all is told', () => told.some(({ type }) => type === 'over'))
  return { ...made, start, heard, over, order: (message: ToThread) => order(message) }
}

function end({ pid }: ChildProcess): void {
  try {
    process.kill(-(pid as number), 'SIGKILL')
  } catch {}
}

const lines = (from: number, to: number) => `i=${from}; while [ $i -lt ${to} ]; do echo "line $i" >&2; i=$((i+1)); done`
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}\n`).join('')

t.test('it is there when the end is told, and once its streams are closed, until the next life begins', async t => {
  const { start, drain, stderrOf, heard, over, forget } = traffic()
  const child = start(t, 1, `${lines(0, 500)}; kill -9 $$`)
  await ended(child)
  drain('one', 1)
  const all = { text: numbered(500), truncated: false }
  t.strictSame(stderrOf('one', 1), all)
  await over()
  t.equal(heard(), numbered(500))
  drain('one', 1)
  t.strictSame(stderrOf('one', 1), all)
  t.equal(stderrOf('one', 2), null)
  t.equal(stderrOf('other', 1), null)
  const second = start(t, 2, 'echo again >&2; read x')
  t.equal(stderrOf('one', 1), null)
  await until('it is heard', () => stderrOf('one', 2)?.text === 'again\n')
  forget('one')
  t.equal(stderrOf('one', 2), null)
  await ended(second)
  start(t, 3, 'exit', { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' })
  t.equal(stderrOf('one', 3), null, 'it is not piped')
})

t.test('an end that is told before any of it was read', async t => {
  const { start, drain, stderrOf, heard, over } = traffic()
  const child = start(t, 1, `${lines(0, 100)}; exit 3`)
  // The loop stands still until it has ended, and finds both at once.
  while (stateOf(child.pid as number) !== 'Z') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  await ended(child)
  drain('one', 1)
  t.equal(stderrOf('one', 1)?.text, numbered(100))
  await over()
  t.equal(heard(), numbered(100))
})

t.test('main that does not read: the end of it is there all the same, in order, and nothing twice', async t => {
  const { start, drain, stderrOf, heard, over, order } = traffic()
  // More than is read, and no more than the kernel holds besides.
  const total = 1024 * 1024 + 100_000
  const child = start(t, 1, `head -c ${total} /dev/zero >&2; echo the end >&2`)
  await ended(child)
  drain('one', 1)
  const last = stderrOf('one', 1)
  t.equal(last?.text, `${'\0'.repeat(65_536 - 8)}the end\n`)
  t.equal(last?.truncated, true)
  t.equal(heard().length, total + 8, 'it has flowed')
  order({ type: 'taken', from: 'stderr', bytes: total + 8, child: 'one', life: 1 })
  await over()
  t.ok(heard() === `${'\0'.repeat(total)}the end\n`)
})

t.test('somebody still holds the pipe, and writes on: no end is waited for, and nothing is lost', async t => {
  const { start, drain, stderrOf, heard, over } = traffic()
  const child = start(t, 1, `(${lines(0, 3000)}) & echo first >&2; exit`)
  await ended(child)
  drain('one', 1)
  t.match(stderrOf('one', 1)?.text, 'first\n')
  await over()
  t.equal(heard().replace('first\n', ''), numbered(3000))
})

t.test('whatever was destroyed has nothing more to say', async t => {
  const { start, drain, order, over } = traffic()
  const child = start(t, 1, 'exit')
  order({ type: 'destroy', stream: 'stderr', child: 'one', life: 1 })
  drain('one', 1)
  await over()
  drain('one', 1)
  drain('none', 1)
  await ended(child)
})

t.test('the tail of many pieces, however small or large', t => {
  for (const size of [1, 3, 7, 64, 1000]) {
    const tail = new Tail(100)
    const text = numbered(300)
    for (let at = 0; at < text.length; at += size) tail.add(Buffer.from(text.slice(at, at + size)))
    t.strictSame(tail.text(), { text: text.slice(-100), truncated: true }, String(size))
  }
  const exact = new Tail(100)
  exact.add(Buffer.alloc(60, 'a'))
  exact.add(Buffer.alloc(40, 'b'))
  t.strictSame(exact.text(), { text: 'a'.repeat(60) + 'b'.repeat(40), truncated: false })
  exact.add(Buffer.alloc(0))
  t.equal(exact.text().truncated, false)
  exact.add(Buffer.from('c'))
  t.strictSame(exact.text(), { text: `${'a'.repeat(59)}${'b'.repeat(40)}c`, truncated: true })
  t.strictSame(new Tail(10).text(), { text: '', truncated: false })
  const euros = new Tail(10)
  euros.add(Buffer.from('€€€€€'))
  t.strictSame(euros.text(), { text: '€€€', truncated: true }, 'no half of a character')
  t.end()
})

t.test('a stream of small pieces, however long, is held to its end alone', async t => {
  const tail = new Tail(65_536)
  const { arrayBuffers } = process.memoryUsage()
  const before = process.cpuUsage()
  for (let nth = 0; nth < 50_000; nth++) tail.add(Buffer.from(`line ${nth} ${'x'.repeat(88)}\n`))
  t.ok(process.cpuUsage(before).user < 2_000_000, 'nor does it take longer the more there was')
  t.ok(process.memoryUsage().arrayBuffers - arrayBuffers < 50_000_000)
  const { text, truncated } = tail.text()
  t.ok(truncated)
  t.equal(Buffer.byteLength(text), 65_536)
  t.match(text.slice(-100), 'line 49999 ')
})
