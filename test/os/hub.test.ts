/** Clients without a descriptor of their own: whose is a connection, and who hears what is sent. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { both, createHub, type Hub } from '../../lib/os/hub.js'
import type { Launched } from '../../lib/os/ports.js'
import type { FromChild } from '../../lib/wire/beats.js'
import { Story } from '../fixtures/client-setup.js'
import { until } from './processes.js'

/** Of child 100: 100 to 199; of child 200: 200 to 299. */
const isMember = (pid: number, leader: number) => Math.floor(pid / 100) === leader / 100

interface Place {
  readonly hub: Hub
  readonly path: string
  readonly faults: string[]
}

function open(t: Test, stale = false): Place {
  // Not the test's own folder: a socket's path has about a hundred bytes.
  const folder = mkdtempSync(join(tmpdir(), 'hub-'))
  const path = join(folder, 'socket')
  t.teardown(() => rmSync(folder, { recursive: true }))
  if (stale) writeFileSync(path, 'stale')
  const faults: string[] = []
  return { hub: createHub({ path, isMember, onFault: message => faults.push(message) }), path, faults }
}

function seat(t: Test, { hub }: Place, pid: number) {
  const heard = new Story<FromChild>()
  const faults: string[] = []
  const launched = hub.seat(pid, { heard: message => heard.tell(message), fault: message => faults.push(message) })
  t.teardown(() => launched.close())
  t.strictSame(heard.told, [], 'nothing inside the call')
  return { launched, heard, faults }
}

interface Caller {
  readonly socket: Socket
  readonly lines: Story<string>
  isClosed: boolean
}

function call(t: Test, { path }: Place, ...lines: string[]): Caller {
  const socket = connect(path)
  const caller: Caller = { socket, lines: new Story<string>(), isClosed: false }
  t.teardown(() => socket.destroy())
  socket.setEncoding('utf8').on('data', text => {
    for (const line of String(text).trim().split('\n')) caller.lines.tell(line)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    caller.isClosed = true
  })
  for (const line of lines) socket.write(`${line}\n`)
  return caller
}

const hello = (pid: number) => JSON.stringify({ type: 'hello', pid, usr1: false, inspector: false })
const beat = (pid: number, seq: number) => JSON.stringify({ type: 'beat', pid, seq, usr1: false, inspector: false })
const testimony = (type: string, pid: number) => JSON.stringify({ type, pid })
const from = (pid: number) => (message: FromChild) => 'pid' in message && message.pid === pid

t.test('each connection is heard by the child whose process it is', async t => {
  const place = open(t)
  const [one, two] = [seat(t, place, 100), seat(t, place, 200)]
  for (const pid of [100, 101, 201]) call(t, place, hello(pid), beat(pid, 7))
  for (const [{ heard }, pid] of [
    [one, 100],
    [one, 101],
    [two, 201],
  ] as const) {
    t.match(await heard.until('hello', message => message.type === 'hello' && from(pid)(message)), { pid })
    await heard.until('beat', message => message.type === 'beat' && from(pid)(message))
  }
  t.equal(two.heard.told.length, 2)
})

t.test('what is sent goes to all of a child, and to nobody else', async t => {
  const place = open(t)
  const [one, two] = [seat(t, place, 100), seat(t, place, 200)]
  t.notOk(one.launched.send({ type: 'ping', seq: 1 }), 'nobody is there')
  const callers = [100, 101, 201].map(pid => call(t, place, hello(pid)))
  await until('all are there', () => one.heard.told.length + two.heard.told.length === 3)
  t.ok(one.launched.send({ type: 'ping', seq: 2 }))
  const [first, second, other] = callers as [Caller, Caller, Caller]
  for (const { lines } of [first, second]) t.strictSame(JSON.parse(await lines.until('the ping', () => true)), PING)
  one.launched.close()
  await until('its connections are closed', () => first.isClosed && second.isClosed)
  t.notOk(one.launched.send({ type: 'ping', seq: 3 }))
  t.ok(two.launched.send({ type: 'ping', seq: 4 }))
  t.match(await other.lines.until('its own ping', () => true), '"seq":4')
})

const PING = { type: 'ping', seq: 2 }

t.test('a witness is asked, and not pinged; what it has done counts from it alone', async t => {
  const place = open(t)
  const one = seat(t, place, 100)
  const question = { type: 'examine', want: ['stack'], profileMs: 200 } as const
  const client = call(t, place, hello(100), testimony('testified', 100))
  await one.heard.until('hello', from(100))
  t.notOk(one.launched.examine(question), 'there is no witness')
  const witness = call(t, place, JSON.stringify({ type: 'witness', pid: 101, usr1: false, inspector: false }))
  await until('the witness is there', () => one.launched.examine(question))
  t.strictSame(JSON.parse(await witness.lines.until('the question', () => true)), question)
  t.ok(one.launched.send({ type: 'ping', seq: 2 }))
  t.strictSame(JSON.parse(await client.lines.until('the ping', () => true)), PING)
  witness.socket.write(`${beat(101, 2)}\n${testimony('exhausted', 101)}\n${testimony('testified', 101)}\n`)
  await one.heard.until('it is done', message => message.type === 'testified')
  t.strictSame(
    one.heard.told.map(({ type }) => type),
    ['hello', 'exhausted', 'testified'],
  )
  t.strictSame([client.lines.told.length, witness.lines.told.length], [1, 1], 'to each what is for it')
  t.strictSame(one.faults, [])
})

t.test('a hello may come before its child is known', async t => {
  const place = open(t)
  const one = seat(t, place, 100)
  const early = call(t, place, hello(201))
  call(t, place, hello(100))
  await one.heard.until('the later one', from(100))
  t.match(await seat(t, place, 200).heard.until('the early one', from(201)), { type: 'hello' })
  t.notOk(early.isClosed)
})

t.test('one that belongs to nobody is closed after a while, and so is one that says nothing', async t => {
  const place = open(t)
  const one = seat(t, place, 100)
  const [stranger, silent] = [call(t, place, beat(999, 1), hello(999)), call(t, place)]
  await until('they are closed', () => stranger.isClosed && silent.isClosed)
  t.strictSame(one.heard.told, [])
})

t.test('so many may be nobody, and no more; who has a child is not counted', async t => {
  const place = open(t)
  const one = seat(t, place, 100)
  const known = call(t, place, hello(100))
  await one.heard.until('hello', () => true)
  const callers = Array.from({ length: 300 }, () => call(t, place))
  await until('some are refused', () => callers.filter(({ isClosed }) => isClosed).length === 300 - 256)
  t.notOk(known.isClosed)
})

t.test('the file of a predecessor that died is no hindrance; where it cannot listen, it says so', async t => {
  const place = open(t, true)
  const one = seat(t, place, 100)
  call(t, place, hello(100))
  await one.heard.until('hello', () => true)

  const faults: string[] = []
  const path = join(tmpdir(), `no-folder-${process.pid}`, 's')
  const nowhere = createHub({ path, isMember, onFault: message => faults.push(message) })
  nowhere.seat(100, { heard() {}, fault() {} })
  t.match(await until('it is told', () => faults[0]), /^clients cannot reach the watcher: /)
  t.notOk(existsSync(path))
})

t.test('a line that breaks the form is told to the child whose connection it is', async t => {
  const place = open(t)
  const one = seat(t, place, 100)
  const caller = call(t, place, hello(100))
  await one.heard.until('hello', () => true)
  caller.socket.write('nonsense\n')
  t.match(await until('it is told', () => one.faults[0]), /not of its form: "nonsense"/)
})

t.test('a channel and connections are one', t => {
  const log: string[] = []
  const fake = (name: string, sends: boolean): Launched => ({
    send: () => log.push(name) > 0 && sends,
    hears: () => sends,
    examine: () => false,
    testimony: null,
    close: () => void log.push(`close ${name}`),
  })
  const ping = { type: 'ping', seq: 1 } as const
  t.strictSame(
    [both(fake('a', false), fake('b', true)), both(fake('c', false), fake('d', false))].map(one => one.send(ping)),
    [true, false],
  )
  both(fake('e', true), fake('f', true)).close()
  t.strictSame(log, ['a', 'b', 'c', 'd', 'close e', 'close f'])
  t.end()
})
