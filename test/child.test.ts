/** `osqwatch/child`: what an app may say, by the client that was preloaded, whichever copy of the package that is of. */
import { execFileSync, spawn } from 'node:child_process'
import type { Duplex, Readable } from 'node:stream'
import { extend } from 'osqwatch/child'
import t, { type Test } from 'tap'
import { type Line, parseLine } from '../lib/os/parse-line.js'
import { CHANNEL_ENV, CHANNEL_FD, HOST_ENV } from '../lib/wire/beats.js'
import { CLEAN_ENV, compileClient, fixture, Story } from './fixtures/client-setup.js'

const client = compileClient(t)

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
  const child = spawn(process.execPath, ['--require', client, fixture(name)], {
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
  const args = ['--require', client, '-e', script]
  const alone = execFileSync(process.execPath, args.slice(2), { env, encoding: 'utf8' })
  t.equal(execFileSync(process.execPath, args, { env, encoding: 'utf8' }), alone, 'no trace of the client')
  t.match(alone, /^false /)
})

t.test('what is no time is an error with a code', async t => {
  for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5s', undefined, null, {}]) {
    t.throws(() => extend(ms as number), { name: 'TypeError', code: 'ERR_OSQWATCH_OPTIONS', message: /milliseconds/ })
  }
})
