/** osquery's status log: its form, held against a line as osquery writes it; and a file that is never the host's trouble. */
import { execFileSync } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openLog } from '../lib/log.js'
import { type OsqueryLogOptions, writeOsqueryLog } from '../lib/osquery/index.js'
import { statusLine, type ToldEvent } from '../lib/osquery/line.js'
import { publish } from '../lib/telemetry.js'
import { TOLD_TYPES } from '../lib/wire/event-types.js'

const OSQUERYS = JSON.parse(readFileSync('test/fixtures/osquery-status.jsonl', 'utf8'))
const VERSION = JSON.parse(readFileSync('package.json', 'utf8')).version

const told = (type: string, more: object = {}) =>
  ({
    type,
    at: OSQUERYS.unixTime * 1000 + 999,
    child: 'worker',
    pid: 4826,
    life: 2,
    message: `${type}!`,
    ...more,
  }) as unknown as ToldEvent
const ours = (type: string, more?: object) => JSON.parse(statusLine(told(type, more)))

t.test("a line has osquery's fields, in their order, each of its type", async t => {
  const line = ours('limit', { message: OSQUERYS.message })
  t.strictSame(Object.keys(line), Object.keys(OSQUERYS))
  for (const [key, value] of Object.entries(OSQUERYS)) t.equal(typeof line[key], typeof value, key)
  t.ok(Object.values({ ...line.decorations, ...OSQUERYS.decorations }).every(value => typeof value === 'string'))
  t.match(line, {
    hostIdentifier: hostname(),
    calendarTime: OSQUERYS.calendarTime,
    unixTime: OSQUERYS.unixTime,
    severity: OSQUERYS.severity,
    filename: 'osqwatch/limit',
    line: 0,
    message: OSQUERYS.message,
    version: VERSION,
    decorations: { child: 'worker', life: '2', pid: '4826' },
  })
})

t.test('a day of two figures, the end of a year, and an event of nobody', async t => {
  const at = Date.UTC(2027, 11, 31, 23, 59, 59)
  const line = JSON.parse(statusLine({ type: 'unhealthy', at, reason: 'late', message: 'late\nvery' }))
  t.equal(line.calendarTime, 'Fri Dec 31 23:59:59 2027 UTC')
  t.notOk('decorations' in line, 'as in osquery, where there are none')
  t.equal(line.message, 'late\nvery')
  t.strictSame(ours('exit', { pid: null, cause: 'spawn' }).decorations, { child: 'worker', life: '2' })
  const options = { hostIdentifier: 'me', decorations: { host_uuid: 'u' } }
  t.match(JSON.parse(statusLine(told('kill'), options)), {
    hostIdentifier: 'me',
    decorations: { child: 'worker', host_uuid: 'u' },
  })
})

t.test('every type of event has its severity, and some by what they say', async t => {
  const severities: Record<number, string[]> = { 0: [], 1: [], 2: [] }
  const calm = { cause: 'exited', granted: 1, code: 0 }
  for (const type of TOLD_TYPES) severities[ours(type, calm).severity]?.push(type)
  t.strictSame(severities, {
    0: ['spawn', 'adopt', 'ready', 'extend', 'terminate', 'exit', 'shutdown'],
    1: ['limit', 'defer', 'warn', 'backoff', 'incident'],
    2: ['kill', 'giveup', 'unhealthy', 'fault'],
  })
  t.equal(ours('exit', { cause: 'requested' }).severity, 0)
  t.equal(ours('exit', { cause: 'crashed' }).severity, 1)
  t.equal(ours('extend', { granted: 0 }).severity, 1)
  t.equal(ours('shutdown', { code: 78 }).severity, 2)
})

t.test('on stderr: a line an event but samples, and notes', async t => {
  const lines: string[] = []
  const log = openLog('osquery', line => lines.push(line))
  log.event(told('limit'))
  log.event({ ...told('limit'), type: 'sample' } as never)
  log.note('a word')
  t.strictSame(
    lines.map(line => JSON.parse(line).filename),
    ['osqwatch/limit', 'osqwatch/note'],
  )
  t.ok(lines.every(line => line.indexOf('\n') === line.length - 1))
})

/** A watcher that is made up, and what is warned of meanwhile. */
function opened(t: Test, options: OsqueryLogOptions) {
  const watcher = new EventEmitter()
  const end = writeOsqueryLog(watcher, options)
  const warnings: string[] = []
  const hear = (warning: Error) => warnings.push(warning.message)
  process.on('warning', hear)
  t.teardown(() => {
    end()
    process.off('warning', hear)
  })
  return { tell: (message: string) => publish(watcher, told('limit', { message })), watcher, end, warnings }
}

const messagesIn = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line).message)

t.test('lines are appended, to a file that is private, and none after the end', async t => {
  const path = join(t.testdir(), 'status.log')
  const { tell, watcher, warnings } = opened(t, { to: path })
  tell('one')
  publish(new EventEmitter(), told('limit', { message: "another watcher's" }))
  tell('two')
  t.strictSame(messagesIn(path), ['one', 'two'])
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(watcher.listenerCount('giveup'), 0, 'a log is no listener')
  const heard: unknown[] = []
  const hear = (message: unknown) => void heard.push(message)
  subscribe('osqwatch:shutdown', hear)
  publish(watcher, told('shutdown', { code: 0 }))
  unsubscribe('osqwatch:shutdown', hear)
  t.equal(heard.length, 1, 'whoever has subscribed later hears the last word, too')
  await null
  tell('too late')
  t.strictSame(messagesIn(path), ['one', 'two', 'shutdown!'])
  t.strictSame(warnings, [])
})

t.test('a file that gets another name, or none, is followed by a new one', async t => {
  const path = join(t.testdir(), 'status.log')
  const { tell } = opened(t, { to: path })
  tell('one')
  renameSync(path, `${path}.1`)
  tell('two')
  rmSync(path)
  tell('three')
  t.strictSame([messagesIn(`${path}.1`), messagesIn(path)], [['one'], ['three']])
})

t.test('a full disk: lines are dropped and counted, and that is told once', async t => {
  const folder = t.testdir()
  const path = join(folder, 'status.log')
  symlinkSync('/dev/full', path)
  const { tell, warnings } = opened(t, { to: path })
  tell('one')
  tell('two')
  rmSync(path)
  tell('three')
  t.strictSame(messagesIn(path), ['lines that were dropped here: 2', 'three'])
  rmSync(folder, { recursive: true })
  tell('four')
  mkdirSync(folder)
  tell('five')
  t.strictSame(messagesIn(path), ['lines that were dropped here: 1', 'five'])
  await new Promise(setImmediate)
  t.match(warnings, [/^osquery's log: lines for .*status.log are dropped until it takes them: ENOSPC/])
  t.equal(warnings.length, 1)
})

t.test('a pipe that nobody reads holds nobody up, and a line that was cut is not continued', async t => {
  const path = join(t.testdir(), 'pipe')
  execFileSync('mkfifo', [path])
  const { tell, warnings } = opened(t, { to: path })
  tell('nobody is there')
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  t.teardown(() => closeSync(reader))
  const read = () => {
    const bytes = Buffer.alloc(1 << 20)
    return bytes.subarray(0, readSync(reader, bytes)).toString()
  }
  tell('x'.repeat(100_000))
  tell('there is no room')
  t.match(read(), /^\{.*dropped here: 1".*\n\{.*x+$/, 'cut where the pipe was full')
  tell('room again')
  t.match(read(), /^\n\{.*dropped here: 2".*\n\{.*room again.*\n$/)
  await new Promise(setImmediate)
  t.equal(warnings.length, 1)
})

t.test('a function that takes the lines, and may throw', async t => {
  const lines: string[] = []
  let isBroken = true
  const to = (line: string) => {
    if (isBroken) throw new Error('broken')
    lines.push(JSON.parse(line).message)
  }
  const { tell, end, warnings } = opened(t, { to })
  tell('one')
  isBroken = false
  tell('two')
  end()
  tell('three')
  t.strictSame(lines, ['lines that were dropped here: 1', 'two'])
  await new Promise(setImmediate)
  t.match(warnings, [/the function that takes them.*broken/])
})
