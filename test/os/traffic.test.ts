/** The watcher thread's end of messages and pipes, over a real launcher and real children. */
import { MessageChannel } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { createLauncher } from '../../lib/os/launcher.js'
import { owned, pack, unpack } from '../../lib/os/packing.js'
import { createTraffic } from '../../lib/os/traffic.js'
import type { ChildConfig } from '../../lib/wire/commands.js'
import type { ToMain, ToThread } from '../../lib/wire/traffic.js'
import { CLEAN_ENV, CLIENT, endGroup, fixture, Story } from '../fixtures/client-setup.js'

const PIPED = { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' } as const
const SILENT = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } as const

type Typed<T extends ToMain['type']> = Extract<ToMain, { type: T }>

/** A hub with one child of the name `one`, in its 7th life. */
function launch(t: Test, config: Partial<ChildConfig>) {
  const { port1, port2 } = new MessageChannel()
  const story = new Story<ToMain>()
  const faults: string[] = []
  port1.on('message', message => story.tell(message))
  t.teardown(() => port1.close())
  const launcher = createLauncher({ clientPath: CLIENT, hostMark: '1:1', attach: createTraffic(port2).attach })
  const base = { name: 'one', kind: 'extension', args: [], env: CLEAN_ENV, cwd: process.cwd(), stdio: SILENT } as const
  const rest = {
    ipc: null,
    client: 'none',
    group: 'own',
    keep: false,
    witness: false,
    warnSignal: 'off',
    tree: true,
  } as const
  const run = { type: 'command', command: 'true' } as const
  const whole: ChildConfig = { ...base, ...rest, run, policy: {} as ChildConfig['policy'], ...config }
  const ended = new Story<string>()
  const launched = launcher.launch(whole, 7, {
    spawned: pid => t.teardown(() => endGroup(pid)),
    failed: ({ code }) => ended.tell(code),
    exited: (code, signal) => ended.tell(String(signal ?? code)),
    heard() {},
    fault: message => faults.push(message),
  })
  t.teardown(() => launched.close())
  const order = (message: object, transfer: ArrayBuffer[] = []) =>
    port1.postMessage({ child: 'one', life: 7, ...message } as ToThread, transfer)
  const until = <T extends ToMain['type']>(type: T, fits: (message: Typed<T>) => boolean = () => true) =>
    story.until(type, message => message.type === type && fits(message as Typed<T>)) as Promise<Typed<T>>
  return { story, faults, order, until, end: () => ended.until('its end', () => true) }
}

const shell = (script: string): Partial<ChildConfig> => ({
  run: { type: 'command', command: 'sh' },
  args: ['-c', script],
  stdio: PIPED,
})

const talker = (way: string, ipc: ChildConfig['ipc'] = 'json'): Partial<ChildConfig> => ({
  run: { type: 'module', module: fixture('talking-app.cjs'), execArgv: [] },
  args: [way],
  ipc,
})

t.test('a life is told from attached to over, with nothing after it', async t => {
  const { story, order, until, end } = launch(t, shell('read line; echo "$line"; echo aside >&2'))
  t.match(await until('attached'), { child: 'one', life: 7, ipc: null, piped: ['stdin', 'stdout', 'stderr'] })
  order({ type: 'write', bytes: Buffer.from('hello\n') })
  t.match(await until('written'), { error: null })
  t.equal(await end(), '0')
  await until('over')
  const said = (stream: string) =>
    story.told.flatMap(one => (one.type === 'data' && one.stream === stream ? [...one.bytes] : []))
  t.equal(Buffer.from(said('stdout')).toString(), 'hello\n')
  t.equal(Buffer.from(said('stderr')).toString(), 'aside\n')
  t.equal(story.told[0]?.type, 'attached')
  t.equal(story.told.at(-1)?.type, 'over')
  t.equal(story.told.filter(({ type }) => type === 'closed').length, 3)
})

t.test('nothing is told of a child without pipes and channel, nor of one that could not be started', async t => {
  const plain = launch(t, {})
  t.equal(await plain.end(), '0')
  t.strictSame(plain.story.told, [])
  const failed = launch(t, { ...talker('echo'), stdio: PIPED, cwd: '/no/such/folder' })
  t.equal(await failed.end(), 'ENOENT')
  t.strictSame(failed.story.told, [])
})

t.test('no more is read than is taken, until it is flushed', async t => {
  const { story, order, until } = launch(t, shell('head -c 1400000 /dev/zero; echo full >&2; exec sleep 1000'))
  const size = () =>
    story.told.reduce(
      (sum, one) => (one.type === 'data' && one.stream === 'stdout' ? sum + one.bytes.byteLength : sum),
      0,
    )
  await until('data', () => size() >= 1024 * 1024)
  t.ok(size() < 1024 * 1024 + 65_536 + 1)
  t.notOk(
    story.told.some(one => one.type === 'data' && one.stream === 'stderr'),
    'it is held up',
  )
  order({ type: 'taken', from: 'stdout', bytes: size() })
  await until('data', ({ stream }) => stream === 'stderr')
  await until('data', () => size() === 1_400_000)
  order({ type: 'flush' })
  await until('flushed')
  t.notOk(
    story.told.some(({ type }) => type === 'over'),
    'nobody is waited for who holds a pipe open',
  )
})

t.test('stdin: EPIPE is the answer to the write, and the end of stdin is its end', async t => {
  const closed = launch(t, shell('exec <&-; echo closed; exec sleep 1000'))
  await closed.until('data')
  closed.order({ type: 'write', bytes: Buffer.from('x') })
  t.match(await closed.until('written'), { error: { code: 'EPIPE' } })
  await closed.until('closed', ({ stream }) => stream === 'stdin')
  const cat = launch(t, shell('exec cat'))
  cat.order({ type: 'end' })
  await cat.until('over')
  t.equal(await cat.end(), '0')
})

t.test('messages, and what cannot be one', async t => {
  const { until, order, story, end } = launch(t, talker('echo'))
  const send = (id: number, message: unknown) => order({ type: 'send', id, bytes: pack(message, 'json') })
  send(1, { a: 1 })
  t.match(await until('sent'), { id: 1, error: null })
  await until('message', ({ bytes }) => JSON.stringify(unpack(bytes, 'json')) === '{"a":1}')
  send(2, 'leave')
  await until('over')
  t.equal(await end(), '0')
  send(3, 'too late')
  t.match(await until('sent', ({ id }) => id === 3), { error: 'it has ended' })
  t.equal(story.told.at(-2)?.type, 'over', 'no message after it')
  const advanced = launch(t, talker('echo', 'advanced'))
  advanced.order({ type: 'send', id: 1, bytes: pack(1n, 'advanced') })
  t.match(await advanced.until('sent'), { error: /must be/ }, 'of a kind that Node does not send')
})

t.test('messages that nobody takes are dropped past the bound, and counted when they are taken', async t => {
  const { until, order, story, faults } = launch(t, talker('flood'))
  order({ type: 'send', id: 1, bytes: pack(20_000, 'json') })
  await until('over')
  const sizes = story.told.flatMap(one => (one.type === 'message' ? [one.bytes.byteLength] : []))
  const waiting = sizes.reduce((sum, size) => sum + size, 0)
  t.ok(waiting <= 16 * 1024 * 1024 && waiting > 16 * 1024 * 1024 - 2000, `${waiting} bytes`)
  t.match(faults, [`${20_000 - sizes.length} of its messages were dropped`])
})

t.test('bytes get a buffer of their own only where they share one', t => {
  const pooled = Buffer.from('pooled')
  t.not(owned(pooled).buffer, pooled.buffer)
  t.equal(Buffer.from(owned(pooled)).toString(), 'pooled')
  const alone = new Uint8Array(100_000)
  t.equal(owned(alone).buffer, alone.buffer)
  t.strictSame(unpack(pack(new Map([[1, Buffer.from('x')]]), 'advanced'), 'advanced'), new Map([[1, Buffer.from('x')]]))
  t.throws(() => pack(undefined, 'json'), /undefined has no form in JSON/)
  t.end()
})
