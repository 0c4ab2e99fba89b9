import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import t from 'tap'
import { type Line, parseLine } from '../lib/os/parse-line.js'
import { EVIDENCE_ENV, WITNESS_ENV } from '../lib/os/witness.js'
import {
  CHANNEL_ENV,
  CHANNEL_FD,
  HOST_ENV,
  KEEP_ENV,
  SOCKET_ENV,
  type ToChild,
  type WarnMessage,
} from '../lib/wire/beats.js'
import { LAST_INCIDENT_ENV } from '../lib/wire/incident.js'
import { CLEAN_ENV, CLIENT, endGroup, fixture, Story, within } from './fixtures/client-setup.js'
import { root } from './fixtures/paths.js'

const MARKED = { ...CLEAN_ENV, [CHANNEL_ENV]: String(CHANNEL_FD), [HOST_ENV]: '1:1' }

const WARNING: WarnMessage = {
  ...{ type: 'warn', verdict: 'memory', limitName: 'memory', value: 3, limit: 2, terminateIn: 1_000 },
  message: 'memory: 3 of 2 bytes, naïvely — 記憶',
}

interface App {
  readonly child: ChildProcess
  readonly channel: Duplex
  /** Lines of the channel, raw, and lines of the app's stdout, each with the moment it came. */
  readonly channelSays: Story<Said>
  readonly appSays: Story<Said>
  readonly exit: Promise<[code: number | null, signal: string | null]>
  tell(message: ToChild | string): void
}

interface Said {
  readonly line: string
  /** ms on the clock that all processes of the machine share */
  readonly at: number
}

/** An app with the client before it, and the bare other end of its channel. */
function runApp(name: string, args: string[] = [], execArgv: string[] = []): App {
  const child = spawn(process.execPath, ['--require', CLIENT, ...execArgv, fixture(name), ...args], {
    env: MARKED,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  t.teardown(() => child.pid && endGroup(child.pid))
  const channel = child.stdio[CHANNEL_FD] as Duplex
  t.teardown(() => channel.destroy())
  channel.on('error', () => {})
  return {
    child,
    channel,
    channelSays: linesOf(channel),
    appSays: linesOf(child.stdio[1] as Duplex),
    exit: once(child, 'exit') as App['exit'],
    tell: message => void channel.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`),
  }
}

function linesOf(stream: Duplex): Story<Said> {
  const story = new Story<Said>()
  let partial = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) story.tell({ line, at: Number(process.hrtime.bigint()) / 1e6 })
  })
  return story
}

const messageOf = ({ line }: Said): Line | null => parseLine(line)
const isHello = (said: Said) => messageOf(said)?.type === 'hello'
const beatTo = (seq: number) => (said: Said) => {
  const message = messageOf(said)
  return message?.type === 'beat' && message.seq === seq
}
const up = ({ line }: Said) => line === 'up'

async function beat(app: App, seq: number): Promise<Line | null> {
  app.tell({ type: 'ping', seq })
  return messageOf(await app.channelSays.until(`beat ${seq}`, beatTo(seq)))
}

t.test(
  'says hello and answers every ping with a beat, in the form that the host reads, no more and no less',
  async t => {
    const app = runApp('client-stay.cjs')
    const state = { pid: app.child.pid, usr1: false, inspector: false }
    const hello = await app.channelSays.until('hello', isHello)
    t.strictSame(JSON.parse(hello.line), { type: 'hello', ...state })
    t.strictSame(messageOf(hello), JSON.parse(hello.line))
    for (const seq of [1, 2, 2 ** 40]) t.strictSame(await beat(app, seq), { type: 'beat', seq, ...state })
    for (const { line } of app.channelSays.told) t.strictSame(parseLine(line), JSON.parse(line))
  },
)

t.test('repeats the names of the channel as the host writes them', async t => {
  const source = readFileSync(join(root, 'lib/client.cts'), 'utf8')
  t.match(source, `CHANNEL_ENV = '${CHANNEL_ENV}'`)
  t.match(source, `SOCKET_ENV = '${SOCKET_ENV}'`)
  t.match(source, `HOST_ENV = '${HOST_ENV}'`)
  t.match(source, `KEEP_ENV = '${KEEP_ENV}'`)
  t.match(source, `EVIDENCE_ENV = '${EVIDENCE_ENV}'`)
  const start = readFileSync(join(root, 'lib/witness/start.cts'), 'utf8')
  for (const name of [WITNESS_ENV, EVIDENCE_ENV]) t.match(start, `= '${name}'`)
  const child = readFileSync(join(root, 'lib/child.cts'), 'utf8')
  t.match(child, `LAST_INCIDENT_ENV = '${LAST_INCIDENT_ENV}'`)
})

t.test('tells when the app listens for SIGUSR1', async t => {
  const app = runApp('client-stay.cjs', ['usr1'])
  await app.appSays.until('the app is up', up)
  t.match(await beat(app, 1), { usr1: true })
})

t.test('tells when a debugger may hold the app, from the first line on', async t => {
  const app = runApp('client-stay.cjs', [], ['--inspect=127.0.0.1:0', '--inspect-publish-uid=http'])
  t.match(messageOf(await app.channelSays.until('hello', isHello)), { inspector: true })
  t.match(await beat(app, 1), { inspector: true })
})

t.test('a blocked loop gives no beat until it is free again', async t => {
  const app = runApp('client-stay.cjs', ['blocks'])
  await app.appSays.until('the app is up', up)
  app.tell(WARNING)
  await app.appSays.until('the app blocks', ({ line }) => line === 'blocking')
  app.tell({ type: 'ping', seq: 1 })
  const answer = await app.channelSays.until('the beat', beatTo(1))
  const free = await app.appSays.until('the app is free', ({ line }) => line.startsWith('free at '))
  t.ok(answer.at > Number(free.line.slice('free at '.length)), `${answer.at}: ${free.line}`)
})

for (const witnessed of [false, true]) {
  t.test(`the app sees of itself what it sees without the client${witnessed ? ', and its witness' : ''}`, async t => {
    const evidence = { OSQWATCH_WITNESS: '4', OSQWATCH_EVIDENCE: join(t.testdir(), '.evidence-1') }
    const seen = async (before: string[], env: Record<string, string>) => {
      const args = [...before, '--no-warnings', fixture('client-report.cjs'), 'an', '--argument']
      const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'] })
      const says = linesOf(child.stdio[1] as Duplex)
      // Nobody reads or closes the channel: only the app's own end can end it.
      const exit = await within(once(child, 'exit'), 'the app ends when it is done')
      t.strictSame(exit, [0, null])
      return JSON.parse((await says.until('the report', () => true)).line)
    }
    const without = await seen([], { ...CLEAN_ENV, [HOST_ENV]: '1:1' })
    t.strictSame(await seen(['--require', CLIENT], { ...MARKED, ...(witnessed ? evidence : {}) }), without)
    t.strictSame(without[0].execArgv, ['--no-warnings'])
    t.strictSame(readdirSync(t.testdirName), [], 'nothing is written')
  })
}

t.test("the app's own children and threads have no client and no channel", async t => {
  const app = runApp('client-parent.cjs', [], ['--no-warnings'])
  t.strictSame(await within(app.exit, 'the app ends when it is done'), [0, null])
  for (const who of ['fork', 'thread']) {
    const isWhose = ({ line }: Said) => JSON.parse(line).who === who
    const [seen] = JSON.parse((await app.appSays.until(`the report of the ${who}`, isWhose)).line).seen
    t.strictSame(seen.execArgv, ['--no-warnings'], `${who}: execArgv`)
    t.equal(seen.env[CHANNEL_ENV], undefined, `${who}: channel's mark`)
    t.equal(seen.env[HOST_ENV], '1:1', `${who}: the host's mark is kept`)
    t.equal(seen.main, who === 'fork')
  }
  t.strictSame(
    app.channelSays.told.map(said => messageOf(said)?.type),
    ['hello'],
    'one speaker',
  )
})

t.test("hands a warning to the app's listeners", async t => {
  const app = runApp('client-stay.cjs')
  await app.appSays.until('the app is up', up)
  app.tell(WARNING)
  const { line } = await app.appSays.until('the warning', said => said.line.startsWith('warned'))
  t.strictSame(JSON.parse(line.slice('warned '.length)), WARNING)
})

t.test("what a listener throws is the app's uncaught exception, and beats go on", async t => {
  const app = runApp('client-stay.cjs', ['throws'])
  await app.appSays.until('the app is up', up)
  app.tell(`${JSON.stringify(WARNING)}\n${JSON.stringify({ type: 'ping', seq: 1 })}\n`)
  await app.appSays.until('the exception', ({ line }) => line === 'caught no time for this')
  await app.channelSays.until('the ping in the same packet', beatTo(1))
  t.match(await beat(app, 2), { seq: 2 })
})

t.test('ignores what is not for it', async t => {
  const app = runApp('client-stay.cjs')
  await app.channelSays.until('hello', isHello)
  const rubbish = [
    '',
    '{',
    'null',
    '7',
    '"ping"',
    '[]',
    '{"type":"ping"}',
    '{"type":"ping","seq":"1"}',
    '{"type":"pong"}',
  ]
  app.tell(`${rubbish.join('\n')}\n`)
  const long = `{"type":"ping","seq":1,"pad":"${'x'.repeat(600_000)}"}\n`
  for (let at = 0; at < long.length; at += 1_000) app.tell(long.slice(at, at + 1_000))
  t.match(await beat(app, 5), { seq: 5 })
  t.equal(app.channelSays.told.length, 2, 'hello and one beat')
})

t.test('end of channel: an app without SIGTERM manners ends by SIGTERM', async t => {
  const app = runApp('client-stay.cjs')
  await app.appSays.until('the app is up', up)
  app.channel.destroy()
  t.strictSame(await within(app.exit, 'the exit'), [null, 'SIGTERM'])
})

t.test('end of channel: an app whose host went before it was up ends as well', async t => {
  const app = runApp('client-stay.cjs')
  app.channel.destroy()
  t.strictSame(await within(app.exit, 'the exit'), [null, 'SIGTERM'])
})

t.test("end of channel: an app's own SIGTERM manners are kept", async t => {
  const app = runApp('client-stay.cjs', ['polite'])
  await app.appSays.until('the app is up', up)
  app.channel.destroy()
  t.strictSame(await within(app.exit, 'the exit'), [7, null])
  await app.appSays.until('its last words', ({ line }) => line === 'saved')
})

t.test('end of channel: an app that ignores SIGTERM is ended hard, four seconds later', async t => {
  const app = runApp('client-stay.cjs', ['deaf'])
  await app.appSays.until('the app is up', up)
  app.channel.destroy()
  const heard = await app.appSays.until('SIGTERM', ({ line }) => line === 'ignored')
  t.strictSame(await within(app.exit, 'the exit'), [null, 'SIGKILL'])
  const ms = Number(process.hrtime.bigint()) / 1e6 - heard.at
  t.ok(ms > 3_500, `not before its time (${ms} ms)`)
})

for (const when of ['early', 'late']) {
  t.test(`an app that closes the descriptor, ${when}, lives on`, async t => {
    const app = runApp('client-closer.cjs', [when])
    app.tell({ type: 'ping', seq: 1 })
    await app.appSays.until('the end of its work', ({ line }) => line === 'done')
    t.strictSame(await within(app.exit, 'the exit'), [0, null])
  })
}

t.test('a mark that names no channel is no harm', async t => {
  for (const mark of ['3', '4', '5', '9', '17', '99', '0', '1', '-1', 'x', '', '1e99']) {
    const args = ['--require', CLIENT, fixture('client-report.cjs')]
    const child = spawn(process.execPath, args, { env: { ...CLEAN_ENV, [CHANNEL_ENV]: mark }, stdio: 'pipe' })
    const says = linesOf(child.stdout as unknown as Duplex)
    t.strictSame(await within(once(child, 'exit'), 'the exit'), [0, null], `${CHANNEL_ENV}=${mark}`)
    const [seen] = JSON.parse((await says.until('the report', () => true)).line)
    t.notOk(CHANNEL_ENV in seen.env)
  }
})

t.test("a mark that names fork's own channel leaves it to the app", async t => {
  const env = { ...CLEAN_ENV, [CHANNEL_ENV]: '3' }
  const child = fork(fixture('client-ipc.cjs'), { env, execArgv: ['--require', CLIENT] })
  t.teardown(() => child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  child.send('hi')
  t.strictSame(await within(once(child, 'message'), 'the answer'), [{ heard: 'hi' }, undefined])
  t.strictSame(await within(exit, 'the exit'), [0, null])
})
