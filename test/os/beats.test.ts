import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { openChannel } from '../../lib/os/beats.js'
import { parseLine } from '../../lib/os/parse-line.js'
import type { FromChild, PingMessage } from '../../lib/wire/beats.js'
import { Story, within } from '../fixtures/client-setup.js'

const STATE = { pid: 42, usr1: false, inspector: true }
const HELLO = `${JSON.stringify({ type: 'hello', ...STATE })}\n`
const beat = (seq: number) => ({ type: 'beat', seq, ...STATE })
const isBeat = (seq: number) => (message: FromChild) => message.type === 'beat' && message.seq === seq
const PING: PingMessage = { type: 'ping', seq: 1 }

/** Both ends of a real socket: ours with the channel on it, and the child's, bare. */
async function pair(t: Test) {
  // Not the test's own folder: a socket's path has about a hundred bytes.
  const folder = mkdtempSync(join(tmpdir(), 'beats-'))
  const server = createServer().listen(join(folder, 'socket'))
  await once(server, 'listening')
  const theirs = connect(join(folder, 'socket'))
  const [ours] = (await once(server, 'connection')) as [Socket]
  server.close()
  t.teardown(() => {
    ours.destroy()
    theirs.destroy()
    rmSync(folder, { recursive: true })
  })
  const heard = new Story<FromChild>()
  const faults = new Story<string>()
  const channel = openChannel(ours, { heard: message => heard.tell(message), fault: message => faults.tell(message) })
  return { ours, theirs, channel, heard, faults }
}

t.test('reads hello, beats and notifications, however they are cut into packets', async t => {
  const { theirs, heard, faults } = await pair(t)
  const text = `${HELLO}${JSON.stringify(beat(1))}\n  WATCHDOG=1\r\n\n${JSON.stringify(beat(2))}\n`
  theirs.setNoDelay(true)
  for (const letter of text) theirs.write(letter)
  await heard.until('the last beat', isBeat(2))
  t.strictSame(heard.told, [{ type: 'hello', ...STATE }, beat(1), { type: 'notify' }, beat(2)])
  t.strictSame(faults.told, [])
})

t.test('what is not of the form is left out, and told once', async t => {
  const { theirs, heard, faults } = await pair(t)
  theirs.write('first rubbish\nsecond\n{"type":"hello"}\n')
  theirs.write(`${JSON.stringify(beat(7))}\n`)
  await heard.until('the beat behind it', isBeat(7))
  t.equal(heard.told.length, 1)
  t.equal(faults.told.length, 1)
  t.match(faults.told[0], /first rubbish/)
})

t.test('a line without an end is dropped at its limit, told once, and the next line is read', async t => {
  const { theirs, heard, faults } = await pair(t)
  for (let i = 0; i < 300; i++) theirs.write('é'.repeat(1_000))
  theirs.write(
    `\n${'x'.repeat(4_097)}\n${JSON.stringify(beat(1))}${' '.repeat(4_096 - JSON.stringify(beat(1)).length)}\n`,
  )
  await heard.until('the beat behind them, of just the length that is allowed', isBeat(1))
  t.equal(heard.told.length, 1)
  t.strictSame(faults.told, ['a line on the heartbeat channel is longer than 4096 bytes'])
})

t.test('a child that writes without pause is read slowly, told of once, and heard to the end', async t => {
  const { theirs, heard, faults } = await pair(t)
  const chunk = 'WATCHDOG=1\n'.repeat(6_000)
  let written = 0
  for (; faults.told.length === 0; written += 6_000) if (!theirs.write(chunk)) await once(theirs, 'drain')
  theirs.write(`${JSON.stringify(beat(1))}\n`)
  await heard.until('the beat at its end', isBeat(1))
  t.equal(heard.told.length, written + 1)
  t.strictSame(faults.told, ['it floods the heartbeat channel, which is read at a bounded pace'])
})

t.test('who writes nothing but broken JSON is believed in the client’s own form', async t => {
  const { theirs, heard } = await pair(t)
  theirs.write(`${`{"type":"hello","pid":1,"usr1":true,"inspector":tru}\n`.repeat(1_000)}${JSON.stringify(beat(3))}\n`)
  await heard.until('the beat behind it', isBeat(3))
  t.equal(heard.told.length, 1)
})

t.test('sends a line a message', async t => {
  const { theirs, channel } = await pair(t)
  const lines = new Story<string>()
  theirs.setEncoding('utf8').on('data', (text: string) => lines.tell(text))
  t.equal(channel.send(PING), true)
  t.strictSame(JSON.parse(await lines.until('the ping', text => text.endsWith('\n'))), PING)
})

t.test('a child that does not read costs a bounded amount of memory, and is read to again when it reads', async t => {
  const { ours, theirs, channel } = await pair(t)
  let accepted = 0
  while (channel.send({ ...PING, seq: accepted + 1 })) accepted++
  t.ok(ours.writableLength < 32_768, `${ours.writableLength} bytes wait`)
  const arrived = new Story<number>()
  let lines = 0
  theirs.setEncoding('latin1').on('data', (text: string) => {
    lines += text.split('\n').length - 1
    arrived.tell(lines)
  })
  await arrived.until(`all ${accepted} lines`, count => count === accepted)
  t.equal(channel.send(PING), true)
})

t.test('the end of the channel is no error, and no message gets through any more', async t => {
  const { ours, theirs, channel, faults } = await pair(t)
  const closed = new Promise(resolve => ours.once('close', resolve))
  theirs.destroy()
  channel.send(PING)
  channel.send(PING)
  await within(closed, 'the end')
  t.equal(channel.send(PING), false)
  channel.close()
  t.strictSame(faults.told, [])
})

t.test('close lets go of the channel, as often as one likes', async t => {
  const { theirs, channel, heard } = await pair(t)
  const end = once(theirs, 'close')
  theirs.resume().write(HELLO)
  await heard.until('hello', () => true)
  channel.close()
  await within(end, 'the other end')
  channel.close()
  t.equal(channel.send(PING), false)
})

t.test('a listener that closes the channel hears nothing more of the same packet', async t => {
  const { theirs, channel, heard } = await pair(t)
  const tell = heard.tell.bind(heard)
  heard.tell = message => {
    tell(message)
    channel.close()
  }
  const end = once(theirs, 'close')
  theirs.resume().write(HELLO + HELLO + HELLO)
  await within(end, 'the end')
  t.equal(heard.told.length, 1)
})

t.test('a line is taken only with every field in its type, and gives a fresh object without extras', async t => {
  const hello = { type: 'hello', ...STATE }
  const wrong: unknown[] = [null, 1, 'hello', [], [hello], {}, { ...hello, type: 'ping' }, beat(0), beat(-1), beat(1.5)]
  for (const pid of [0, -1, 1.5, 2 ** 53, '42', null, true]) wrong.push({ ...hello, pid })
  for (const flag of [0, 'true', null]) wrong.push({ ...hello, usr1: flag }, { ...hello, inspector: flag })
  wrong.push({ type: 'beat', ...STATE }, { ...beat(1), seq: '1' })
  for (const value of wrong) t.equal(parseLine(JSON.stringify(value)), null, JSON.stringify(value))
  for (const line of ['WATCHDOG=0', 'WATCHDOG=1 ', 'READY=1', '{"type":"hello"', '{"pid":1e999}'])
    t.equal(parseLine(line), null)

  const poisoned = `{"__proto__":{"evil":1},"constructor":7,"extra":[],${JSON.stringify(hello).slice(1)}`
  const message = parseLine(poisoned)
  t.strictSame(message, hello)
  t.equal(Object.getPrototypeOf(message), Object.prototype)
  t.notOk('evil' in {})
})

t.test('no line whatever makes it throw', async t => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), line => {
      const message = parseLine(line)
      return message === null || ['hello', 'beat', 'notify'].includes(message.type)
    }),
  )
  t.pass('1 property')
})
