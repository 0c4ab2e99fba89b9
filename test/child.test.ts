/** `osqwatch/child`: what an app may say, by the client that was preloaded, whichever copy of the package that is of. */
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Duplex, Readable } from 'node:stream'
import { activity, extend, lastIncident } from 'osqwatch/child'
import t, { type Test } from 'tap'
import { type Line, parseLine } from '../lib/os/parse-line.js'
import { CHANNEL_ENV, CHANNEL_FD, HOST_ENV } from '../lib/wire/beats.js'
import { LAST_INCIDENT_ENV } from '../lib/wire/incident.js'
import { CLEAN_ENV, CLIENT, fixture, Story } from './fixtures/client-setup.js'

function lines(stream: Readable): Story<string> {
  const story = new Story<string>()
  let partial = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const whole = (partial + text).split('\n')
    partial = whole.pop() ?? ''
    for (const line of whole) story.tell(line)
  })
  return story
}

function run(t: Test, name: string) {
  const env = { ...CLEAN_ENV, [CHANNEL_ENV]: String(CHANNEL_FD), [HOST_ENV]: '1:1' }
  const child = spawn(process.execPath, ['--require', CLIENT, fixture(name)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  return { child, said: lines(child.stdout as Readable), channel: lines(child.stdio[CHANNEL_FD] as Duplex) }
}

const asked = (message: Line | null) => (message?.type === 'extend' ? message.ms : null)

t.test('the word is on its way when extend returns: at the first line, and before the loop blocks', async t => {
  const { child, said, channel } = run(t, 'child-extends.cjs')
  await channel.until('the later word, of one who blocks', line => asked(parseLine(line)) === 60_000)
  t.match(channel.told.map(parseLine), [
    { type: 'hello', pid: child.pid },
    { type: 'extend', ms: 1235, pid: child.pid },
    { type: 'extend', ms: 60_000, pid: child.pid },
  ])
  await said.until('both were heard', () => said.told.length === 2)
  t.strictSame(said.told, ['true', 'true'])
})

t.test('without a watcher there is nobody to hear it', async t => {
  t.equal(extend(1000), false)
  const env = { ...CLEAN_ENV }
  const script = `console.log(require('osqwatch/child').extend(1), Object.keys(globalThis).length)`
  const args = ['--require', CLIENT, '-e', script]
  const alone = execFileSync(process.execPath, args.slice(2), { env, encoding: 'utf8' })
  t.equal(execFileSync(process.execPath, args, { env, encoding: 'utf8' }), alone, 'no trace of the client')
  t.match(alone, /^false /)
})

t.test('what is no time is an error with a code', async t => {
  for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5s', undefined, null, {}]) {
    t.throws(() => extend(ms as number), { name: 'TypeError', code: 'ERR_OSQWATCH_OPTIONS', message: /milliseconds/ })
  }
})

t.test('what it says that it is doing is on its way when activity returns, whatever is in it', async t => {
  const { child, channel } = run(t, 'child-acts.cjs')
  await channel.until('the last word', line => line.includes('"text":""'))
  // The host reads a character a byte.
  const heard = channel.told.map(line => parseLine(Buffer.from(line).toString('latin1')))
  t.strictSame(heard.slice(1), [
    { type: 'activity', pid: child.pid, text: 'reads report 17' },
    { type: 'activity', pid: child.pid, text: 'naïve 記憶 \\ " and a line' },
    { type: 'activity', pid: child.pid, text: 'x'.repeat(256) },
    { type: 'activity', pid: child.pid, text: '' },
  ])
})

t.test('without a watcher nobody hears of it; what is no text is an error with a code', async t => {
  t.equal(activity('reads'), false)
  for (const text of [undefined, null, 7, {}]) {
    t.throws(() => activity(text as string), { name: 'TypeError', code: 'ERR_OSQWATCH_OPTIONS' })
  }
})

t.test('how the last life ended is read from its incident, and a broken one is none', async t => {
  const verdict = { verdict: 'memory', limitName: 'memoryTotal', value: 3 }
  const incident = {
    ...{ format: 'osqwatch-incident', at: 1_700_000_000_000, account: 'It grew.', verdict },
    exit: { code: null, signal: 'SIGTERM', cause: 'limit' },
    child: { streak: 2, life: 3, activity: { at: 1, text: 'reads report 17' } },
  }
  const folder = t.testdir({ good: JSON.stringify(incident), empty: '{}', broken: '{"at":' })
  t.teardown(() => Reflect.deleteProperty(process.env, LAST_INCIDENT_ENV))
  t.equal(lastIncident(), null, 'there was none')
  for (const name of ['empty', 'broken', 'missing', '']) {
    process.env[LAST_INCIDENT_ENV] = join(folder, name)
    t.equal(lastIncident(), null, name)
  }
  const path = join(folder, 'good')
  process.env[LAST_INCIDENT_ENV] = path
  t.strictSame(lastIncident(), {
    ...{ path, at: 1_700_000_000_000, account: 'It grew.', verdict: 'memory', limitName: 'memoryTotal' },
    ...{ cause: 'limit', code: null, signal: 'SIGTERM', streak: 2, life: 3, activity: 'reads report 17' },
  })
})
