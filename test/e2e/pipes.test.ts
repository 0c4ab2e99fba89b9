/** Streams of children on the main thread: whole, with back-pressure both ways, and those of one life alone. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { ChildOptions, ChildStreams } from 'osqwatch'
import t, { type Test } from 'tap'
import { app, fixture, Output, QUICK, shell, type Watched, watch } from './helpers.js'
import { runHost } from './hosts.js'
import { DEADLINE_MS } from './until.js'

interface Piped {
  readonly watched: Watched
  /** The streams of each life of `child`, as they were announced. */
  readonly lives: (ChildStreams | null)[]
  first(): Promise<{ stdin: Writable; stdout: Readable; stderr: Readable }>
}

async function pipe(t: Test, child: ChildOptions): Promise<Piped> {
  const watched = await watch(t, { limits: QUICK, extensions: { child } })
  // streams hold nobody open
  watched.watcher.ref()
  const lives: (ChildStreams | null)[] = []
  watched.watcher.on('spawn', (_event, streams) => lives.push(streams))
  const first = () => watched.until('its first life', () => lives[0]) as ReturnType<Piped['first']>
  return { watched, lives, first }
}

const MB = 1024 * 1024

/** Of what waits for main. */
const BOUND = 16 * MB

/** Messages of 1 KB, and as much output. */
const FLOOD = 80_000

/** Bytes, in whatever: /proc is read without a turn of the loop. */
const written = (pid: number) => Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])

const blockMain = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

t.test('50 MB go through cat and come back as they were', async t => {
  const { watched, first } = await pipe(t, shell('exec cat', { stdio: 'pipe', restart: 'never' }))
  const { stdin, stdout, stderr } = await first()
  const [there, back] = [createHash('sha256'), createHash('sha256')]
  const source = (function* () {
    for (let n = 0; n < 50; n++) {
      const chunk = randomBytes(MB)
      there.update(chunk)
      yield chunk
    }
  })()
  const read = (async () => {
    let size = 0
    for await (const chunk of stdout) {
      size += chunk.length
      back.update(chunk)
    }
    return size
  })()
  await pipeline(source, stdin)
  t.equal(await read, 50 * MB)
  t.equal(back.digest('hex'), there.digest('hex'))
  t.equal(await text(stderr), '')
  t.match(await watched.event('exit'), { code: 0 }, 'the end of stdin ended it')
})

t.test('null where nothing is piped, and for each stream that is not', async t => {
  const { watched, lives } = await pipe(t, shell('exec sleep 1000', { stdio: { stdin: 'pipe', stdout: 'ignore' } }))
  await watched.watcher.add('other', shell('exec sleep 1000'))
  t.match(lives, [{ stdin: Object, stdout: null, stderr: null }, null])
})

/** Waits until a number has not changed for a while. */
async function settled(watched: Watched, what: string, ask: () => number): Promise<number> {
  let [last, since] = [ask(), performance.now()]
  await watched.until(`${what} does not change any more`, () => {
    if (ask() !== last) [last, since] = [ask(), performance.now()]
    return performance.now() - since > 500 && last > 0
  })
  return last
}

t.test('a child that writes without end waits for its reader', async t => {
  const written = new Output(t, 'written')
  const script = `while head -c 65536 /dev/zero; do echo >>${written.file}; done`
  const { watched, first } = await pipe(t, shell(script, { stdio: 'pipe' }))
  const { stdout } = await first()
  const bytes = () => statSync(written.file).size * 65_536
  const before = await settled(watched, 'what it wrote', bytes)
  t.ok(before < 3 * MB, `${before} bytes were taken from it`)
  let read = 0
  stdout.on('data', chunk => {
    read += chunk.length
    if (read > 20 * MB) stdout.pause()
  })
  await watched.until('it goes on', () => read > 20 * MB)
  const after = await settled(watched, 'what it wrote', bytes)
  t.ok(after - read < 3 * MB, `${after} written, ${read} read`)
})

t.test('a child that does not read holds its writer up', async t => {
  const { watched, first } = await pipe(t, shell('read go; cat >/dev/null; sleep 1000', { stdio: 'pipe' }))
  const { stdin } = await first()
  stdin.write('go\n')
  await watched.until('it was read', () => stdin.writableLength === 0)
  const { pid } = await watched.row('child')
  process.kill(-(pid as number), 'SIGSTOP')
  let done = 0
  for (let n = 0; n < 16; n++) stdin.write(Buffer.alloc(MB), () => done++)
  t.equal(stdin.writableNeedDrain, true)
  await settled(watched, 'what waits', () => stdin.writableLength)
  t.ok(done < 16)
  process.kill(-(pid as number), 'SIGCONT')
  await watched.until('all of it was read', () => done === 16)
})

t.test('main is blocked for 3 s: what is within the bounds waits, and memory does not grow', async t => {
  const { watched, first } = await pipe(t, app('both', { module: fixture('talking-app.cjs'), stdio: 'pipe' }))
  const messages: { n: number }[] = []
  watched.watcher.on('message', message => messages.push(message as { n: number }))
  const { stdout } = await first()
  await watched.watcher.send('child', 8000)
  blockMain(3000)
  const lines = (await text(stdout)).split('\n').slice(0, -1)
  t.strictSame(
    lines.map(line => Number.parseInt(line, 10)),
    [...Array(8000).keys()],
  )
  await watched.until('every message', () => messages.length === 8000)
  t.strictSame(
    messages.map(({ n }) => n),
    [...Array(8000).keys()],
  )
  t.match(await watched.event('exit'), { code: 0 })
  // Its channel closes before it exits, and that is a fault if a ping comes in between.
  t.strictSame(
    watched.all('fault').filter(({ message }) => !message.includes('heartbeat channel')),
    [],
  )
})

t.test(
  'a flood of messages and of output while main is blocked: dropped past a bound, told, and memory is kept',
  async t => {
    const module = fixture('talking-app.cjs')
    const { watched, first } = await pipe(t, app('flood', { module, stdio: 'pipe' }))
    const { stdout } = await first()
    const numbers: number[] = []
    watched.watcher.on('message', message => numbers.push((message as { n: number }).n))
    await watched.watcher.send('child', FLOOD)
    const before = process.memoryUsage().rss
    const { pid } = await watched.row('child')
    const begun = performance.now()
    // Half of it may be output.
    while (written(pid as number) < 4 * BOUND && performance.now() - begun < DEADLINE_MS) blockMain(100)
    const grown = process.memoryUsage().rss - before
    t.ok(grown < 150 * MB, `grown by ${grown} bytes`)
    stdout.resume()
    const { message } = await watched.event('fault', { child: 'child' })
    t.match(message, /: \d+ of its messages were dropped: more than 16777216 bytes waited for the main thread/)
    await watched.event('exit')
    // That its channel has closed is told, too, where its end takes longer than a ping.
    const counts = () =>
      watched.all('fault').flatMap(({ message }) => / (\d+) of its messages/.exec(message)?.[1] ?? [])
    const dropped = () => counts().reduce((sum, count) => sum + Number(count), 0)
    await watched.until('nothing is missing that was not told', () => numbers.length + dropped() === FLOOD)
    t.strictSame(
      numbers,
      numbers.toSorted((a, b) => a - b),
      'in order',
    )
  },
)

t.test('a child that closes its stdin: the writer gets EPIPE, and nobody else', async t => {
  const { first } = await pipe(t, shell('exec <&-; echo closed; exec sleep 1000', { stdio: 'pipe' }))
  const { stdin, stdout } = await first()
  await once(stdout, 'data')
  const failed = once(stdin, 'error')
  const written = new Promise(resolve => stdin.write('nobody reads', resolve))
  t.match(await failed, [{ code: 'EPIPE' }])
  t.match(await written, { code: 'EPIPE' })
  t.equal(stdin.destroyed, true)
})

t.test('output comes whole after the exit event, and at a stop', async t => {
  const script = 'trap "echo bye; exit 0" TERM; head -c 100000 /dev/zero; echo up >&2; while :; do sleep 0.1; done'
  const { watched, first } = await pipe(t, shell(script, { stdio: 'pipe' }))
  const { stdout, stderr, stdin } = await first()
  await once(stderr, 'data')
  void watched.watcher.stop()
  await watched.closed()
  await watched.until('stdin is closed', () => stdin.closed)
  t.equal(stdin.errored, null)
  const all = await text(stdout)
  t.equal(all.length, 100_004)
  t.ok(all.endsWith('bye\n'))
})

t.test("a life's streams are not the next life's", async t => {
  const { watched, lives } = await pipe(t, shell('read line; echo "$$ $line"; exit 1', { stdio: 'pipe' }))
  const said: string[] = []
  for (const n of [0, 1]) {
    const { stdin, stdout } = (await watched.until(`life ${n}`, () => lives[n])) as {
      stdin: Writable
      stdout: Readable
    }
    stdin.end(`line ${n}\n`)
    said.push(await text(stdout))
  }
  const pids = watched.all('spawn').map(({ pid }) => pid)
  t.strictSame(said, [`${pids[0]} line 0\n`, `${pids[1]} line 1\n`])
  const late = lives[0]?.stdin as Writable
  const error = await new Promise(resolve => late.write('to nobody', resolve))
  t.match(error, { code: /ERR_STREAM/ })
})

t.test('a stream that main destroys is closed for the child', async t => {
  const { watched, first } = await pipe(t, shell('exec cat /dev/zero', { stdio: 'pipe', restart: 'never' }))
  const { stdout } = await first()
  stdout.destroy()
  const { code, signal } = await watched.event('exit')
  // A socket that is closed with something unread in it is reset, which cat tells as an error of its own.
  t.ok(signal === 'SIGPIPE' || code === 1, `${signal ?? code}`)
})

t.test('the thread dies: its streams end with it, pending writes too, and the new life has new ones', async t => {
  const { end, said, stderr } = await runHost(t, 'host-piped.mjs')
  t.strictSame([end, stderr], [[0, null], ''])
  t.strictSame(said, [
    { type: 'written', code: 'ERR_STREAM_DESTROYED' },
    { type: 'sent', code: 'ERR_OSQWATCH_THREAD' },
    { type: 'first', closed: [true, true], ended: false },
    { type: 'second', text: 'up' },
  ])
})
