/** `node --import osqwatch/register app.js`: from outside it is the app, except by what happens when it misbehaves. */
import { fork, spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { CLEAN_ENV } from '../fixtures/client-setup.js'
import type { Said } from './hosts.js'
import { isAlive } from './processes.js'
import { APP, finish, guards, hosted, REGISTER, start } from './registered.js'
import { until } from './until.js'

const NEVER = { OSQWATCH_RESTART: 'never' }
/** What differs on purpose, or by nature. */
const OWN = ['pid', 'OSQWATCH_HOST', 'OSQWATCH_LIFE', 'PATH']

async function report(t: Test, before: readonly string[]) {
  const host = start(t, [...before, '--stack-size=900', APP, 'report', 'a b', '--import'], { COLOUR: 'blue' })
  host.order('what comes in')
  const { said } = await finish(host)
  const [told] = said as (Said & { env: object })[]
  return JSON.parse(JSON.stringify(told, (key, value) => (OWN.includes(key) ? undefined : value)))
}

type Test = Parameters<typeof start>[0]

t.test('arguments, flags, environment, folder and stdin are those of the bare app', async t => {
  const bare = await report(t, [])
  const hosted = await report(t, REGISTER)
  t.equal(bare.stdin, 'what comes in\n')
  t.strictSame(hosted, bare)
})

for (const code of [0, 1, 42]) {
  t.test(`exit ${code} is exit ${code}`, async t => {
    const { end, stderr } = await finish(hosted(t, `exit ${code}`, NEVER))
    t.strictSame(end, [code, null])
    if (code === 0) t.equal(stderr, '', 'and nothing is said')
  })
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGSEGV'] as const) {
  t.test(`ended by ${signal} is ended by ${signal}`, async t => {
    const { end } = await finish(hosted(t, `kill ${signal}`, NEVER))
    t.strictSame(end, [null, signal])
  })
}

t.test('an abort leaves no second core', async t => {
  // The app's own, where this system writes one, is in another folder.
  const folder = t.testdir({ app: {} })
  const script = 'ulimit -c "$(ulimit -H -c)"; exec "$0" "$@"'
  const register = import.meta.resolve('osqwatch/register')
  const words = [process.execPath, '--import', register, APP, 'abort', join(folder, 'app')]
  const { signal } = spawnSync('sh', ['-c', script, ...words], { cwd: folder, env: { ...CLEAN_ENV, ...NEVER } })
  t.equal(signal, 'SIGABRT')
  t.strictSame(readdirSync(folder), ['app'])
})

t.test('a crash is told and survived', async t => {
  const folder = t.testdir({ fate: 'x' })
  const { end, stderr } = await finish(hosted(t, `crash ${join(folder, 'fate')}`))
  t.strictSame(end, [0, null])
  t.match(stderr, /life 1.* exit code 9.*\n.*backs off.*\n.*life 2.* started\n$/s)
})

t.test('given up: 1', async t => {
  const { end, stderr } = await finish(hosted(t, 'exit 9', { OSQWATCH_RESPAWN_LIMIT: '1' }))
  t.strictSame(end, [1, null], stderr)
  t.match(stderr, /too many failed lives in a row/)
})

t.test('78: not to be run again', async t => {
  const { end } = await finish(hosted(t, 'exit 78'))
  t.strictSame(end, [78, null])
})

t.test('wrong settings: 2, and nothing is started', async t => {
  const { end, said, stderr } = await finish(hosted(t, 'report', { OSQWATCH_MEMORY: 'lots' }))
  t.strictSame(end, [2, null])
  t.strictSame(said, [])
  t.match(stderr, /OSQWATCH_MEMORY/)
})

t.test('never two watchers: loaded twice, in NODE_OPTIONS, in a thread, in a child', async t => {
  const env = { NODE_OPTIONS: '--import osqwatch/register' }
  const host = start(t, [...REGISTER, ...REGISTER, APP, 'family'], env)
  await host.until('up')
  const threads = () => host.said.filter(({ type }) => type === 'thread')
  await until('both threads have said their part', () => threads().length === 2)
  t.equal(guards(host), 1)
  host.kill('SIGTERM')
  t.strictSame((await finish(host)).end, [7, null])
})

for (const [words, told] of [
  [['-e', 'console.log(1)'], /-e/],
  [['-p', '1'], /-p/],
  [['-'], /stdin/],
  [['--check', APP], /--check/],
] as const) {
  t.test(`${words[0]} goes on unsupervised, and it is said`, async t => {
    const { end, stderr } = await finish(start(t, [...REGISTER, ...words]))
    t.strictSame(end, [0, null])
    t.match(stderr, told)
    t.equal(stderr.trim().split('\n').length, 1)
  })
}

t.test('require() of it says how', async t => {
  const { end, stderr } = await finish(start(t, ['-r', 'osqwatch/register', APP, 'exit', '0']))
  t.strictSame(end, [1, null])
  t.match(stderr, /--import osqwatch\/register/)
})

t.test('a script that is not there: Node says so, once', async t => {
  const { end, stderr } = await finish(start(t, [...REGISTER, `${APP}.nothing`]))
  t.strictSame(end, [1, null])
  t.equal(stderr.match(/Cannot find module/g)?.length, 1)
})

t.test('--inspect: the app has it', async t => {
  const { end, said } = await finish(start(t, [...REGISTER, '--inspect=0', APP, 'report']))
  t.strictSame(end, [0, null])
  t.match(said[0], { execArgv: ['--no-warnings', '--inspect=0'] })
})

t.test('preloads in front of us are told of', async t => {
  const { stderr } = await finish(start(t, ['-r', 'node:os', ...REGISTER, APP, 'exit', '0']))
  t.match(stderr, /also run in the host: --require node:os/)
})

t.test('a host that is killed takes the app along', async t => {
  const host = hosted(t, 'count SIGTERM')
  const { pid } = await host.until('up')
  host.kill('SIGKILL')
  await host.ended()
  await until('the app is gone', () => !isAlive(Number(pid)))
  await host.allGone()
})

for (const serialization of ['json', 'advanced'] as const) {
  t.test(`messages of a parent, ${serialization}`, async t => {
    const child = fork(APP, ['ipc'], { execArgv: [...REGISTER], env: { ...CLEAN_ENV }, serialization, silent: true })
    t.teardown(() => child.kill('SIGKILL'))
    const heard: unknown[] = []
    child.on('message', message => heard.push(message))
    await until('it is up', () => heard[0] === 'up')
    const sent = serialization === 'json' ? { q: [1] } : new Map([[1, new Date(0)]])
    child.send(sent as object)
    await until('it answers', () => heard.length === 2)
    t.strictSame(heard[1], { heard: sent })
    child.disconnect()
    await until('it ends by itself', () => child.exitCode !== null)
    t.equal(child.exitCode, 0)
  })
}

t.test('--watch: a change begins the app anew, under a host', async t => {
  const folder = t.testdir({ 'app.cjs': 'console.log("first"); setInterval(() => {}, 1000)' })
  const host = start(t, ['--watch', ...REGISTER, join(folder, 'app.cjs')])
  await until('it is up', () => host.said.some(({ text }) => text === 'first'))
  t.equal(guards(host), 1)
  // Node watches a file once the app's word of it has come through the host: whoever saved it before then saves again.
  const save = () => writeFileSync(join(folder, 'app.cjs'), 'console.log("second"); setInterval(() => {}, 1000)')
  save()
  const saving = setInterval(save, 5000)
  t.teardown(() => clearInterval(saving))
  await until('it is up again', () => host.said.some(({ text }) => text === 'second'))
  clearInterval(saving)
  host.kill('SIGTERM')
  await finish(host)
})
