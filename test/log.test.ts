/** What is said on stderr. */
import t from 'tap'
import { openLog } from '../lib/log.js'
import type { LogKind } from '../lib/options/settings.js'
import { writeLine } from '../lib/os/stderr.js'
import type { WatcherEvent } from '../lib/wire/events.js'

const of = { at: 1, child: 'worker', pid: 7, life: 1 }
const told = (type: string, more: object = {}) =>
  ({ ...of, type, message: `${type} of it`, ...more }) as unknown as WatcherEvent

/** A day on which all is well. */
const WELL = [
  told('spawn'),
  told('ready'),
  told('adopt'),
  { ...told('sample', { cpu: 3 }), message: undefined } as unknown as WatcherEvent,
  told('defer'),
  told('exit', { cause: 'exited', code: 0 }),
  told('exit', { cause: 'requested', code: null }),
  told('shutdown', { code: 0 }),
]

const TROUBLE = [
  told('limit'),
  told('warn'),
  told('terminate'),
  told('kill'),
  told('exit', { cause: 'limit', code: null }),
  told('exit', { cause: 'crashed', code: 1 }),
  told('exit', { cause: 'spawn', code: null }),
  told('backoff'),
  told('spawn', { life: 2 }),
  told('giveup'),
  told('unhealthy'),
  told('fault'),
  told('shutdown', { code: 1 }),
]

function saidOf(kind: LogKind, events: readonly WatcherEvent[]): string[] {
  const lines: string[] = []
  const log = openLog(kind, line => lines.push(line))
  for (const event of events) log.event(event)
  return lines
}

t.test('text: a line for what matters, none when all is well', async t => {
  t.strictSame(saidOf('text', WELL), [])
  t.strictSame(
    saidOf('text', TROUBLE),
    TROUBLE.filter(({ type }) => type !== 'shutdown').map(({ type }) => `osqwatch: ${type} of it\n`),
    'why everything is stopped has been told just before',
  )
})

t.test('json: each event but the samples, one a line', async t => {
  const lines = saidOf('json', [...WELL, ...TROUBLE])
  const events = [...WELL, ...TROUBLE].filter(({ type }) => type !== 'sample')
  t.strictSame(
    lines.map(line => JSON.parse(line)),
    events,
  )
  t.ok(lines.every(line => line.indexOf('\n') === line.length - 1))
})

t.test('debug: everything; off: nothing', async t => {
  const lines = saidOf('debug', [...WELL, ...TROUBLE])
  t.equal(lines.length, WELL.length + TROUBLE.length)
  t.match(lines, /osqwatch: sample \{"child":"worker".*"cpu":3/)
  t.strictSame(saidOf('off', [...WELL, ...TROUBLE]), [])
})

t.test('notes are told in the same manner, and lines of one message stay together', async t => {
  const noted = (kind: LogKind) => {
    const lines: string[] = []
    openLog(kind, line => lines.push(line)).note('one\ntwo')
    return lines.join('')
  }
  t.equal(noted('text'), 'osqwatch: one\n  two\n')
  t.match(JSON.parse(noted('json')), { type: 'note', message: 'one\ntwo' })
  t.equal(noted('off'), '')
})

/** Takes what the script says: so many bytes, or an error. */
function pipe(script: (number | string)[]) {
  const taken: string[] = []
  let pauses = 0
  const write = (bytes: Uint8Array) => {
    const next = script.length > 1 ? script.shift() : script[0]
    if (typeof next === 'string') throw Object.assign(new Error(next), { code: next })
    taken.push(Buffer.from(bytes.subarray(0, next)).toString())
    return Math.min(next ?? 0, bytes.length)
  }
  return { write, pause: () => void pauses++, taken, pauses: () => pauses }
}

t.test("a pipe that is full is waited for, but not for ever; a closed one is nobody's loss", async t => {
  const slow = pipe(['EAGAIN', 2, 'EAGAIN', 100])
  writeLine('abcd\n', slow.write, slow.pause)
  t.strictSame([slow.taken.join(''), slow.pauses()], ['abcd\n', 2])
  const full = pipe(['EAGAIN'])
  writeLine('abcd\n', full.write, full.pause)
  t.strictSame([full.taken, full.pauses()], [[], 20])
  const closed = pipe(['EPIPE'])
  writeLine('abcd\n', closed.write, closed.pause)
  t.strictSame([closed.taken, closed.pauses()], [[], 0])
})
