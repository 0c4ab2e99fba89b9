/** An app under a real watcher is the app that it is without one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CLEAN_ENV, fixture, within } from '../fixtures/client-setup.js'
import { type Ended, runHost, type Said } from './hosts.js'

/** Runs an app as the only child of a host. */
function supervised(t: Test, app: string, args: readonly string[], more: object = {}): Promise<Ended> {
  return runHost(t, 'host-one.mjs', JSON.stringify({ module: fixture(app), args, ...more }))
}

const find = (said: readonly Said[], type: string) => said.find(line => line.type === type)

/** Runs the same app with nobody to watch it. */
async function alone(
  app: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  more: readonly 'ipc'[] = [],
) {
  const child = spawn(process.execPath, [fixture(app), ...args], { env, stdio: ['ignore', 'pipe', 'pipe', ...more] })
  let stdout = ''
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  const [code, signal] = await within(once(child, 'close'), `the end of ${app}`)
  return { code, signal, stdout }
}

for (const ipc of ['json', false] as const)
  t.test(`it sees of itself what it sees without, ${ipc ? 'as a fork' : 'without IPC'}`, async t => {
    const { end, said } = await supervised(t, 'client-report.cjs', ['an', '--argument'], { ipc })
    t.strictSame(end, [0, null])
    const report = said.find(line => Array.isArray(line)) as unknown as { env: Record<string, string> }[]
    const env = report[0]?.env ?? {}
    t.notOk('OSQWATCH_CHANNEL' in env, "the channel's mark is taken out")
    t.match(env.OSQWATCH_HOST, /^\d+:\d+$/, "the host's mark is kept, so that no child of it becomes a host")
    const without = await alone('client-report.cjs', ['an', '--argument'], env, ipc ? ['ipc'] : [])
    t.strictSame(report, JSON.parse(without.stdout), 'argv, execArgv, env, listeners, resources, IPC')
    t.match(find(said, 'ready'), { child: 'app' }, 'and yet the client was there')
  })

for (const app of ['done', 'throws', 'rejects', 'signalled']) {
  t.test(`it ends as it ends without: ${app}`, async t => {
    const { said } = await supervised(t, 'host-app.cjs', [app])
    const { code, signal } = await alone('host-app.cjs', [app], CLEAN_ENV)
    t.match(find(said, 'exit'), { code, signal, life: 1 })
    t.equal(signal ?? code, { done: 0, throws: 1, rejects: 1, signalled: 'SIGTERM' }[app])
  })
}

t.test('its fork and its worker thread work, and carry no client', async t => {
  const { said } = await supervised(t, 'client-parent.cjs', [])
  for (const who of ['fork', 'thread']) {
    const line = said.find(({ who: whose }) => whose === who) as Said
    const [{ execArgv, env }] = line.seen as [{ execArgv: string[]; env: Record<string, string> }]
    t.strictSame(execArgv, [], `${who}: execArgv`)
    t.notOk('OSQWATCH_CHANNEL' in env, `${who}: no channel`)
    t.match(env.OSQWATCH_HOST, /^\d+:\d+$/, `${who}: no host either`)
  }
  t.equal(said.filter(({ type }) => type === 'ready').length, 1, 'one speaker')
  t.match(find(said, 'exit'), { code: 0, signal: null })
})

t.test('its cluster works, and carries no client', async t => {
  const { said } = await supervised(t, 'host-app.cjs', ['clustered'])
  t.match(find(said, 'clustered'), { host: /^\d+:\d+$/, channel: null, execArgv: [] })
  t.equal(said.filter(({ type }) => type === 'ready').length, 1, 'one speaker')
  t.match(find(said, 'exit'), { code: 0, signal: null })
})

t.test('it hears a warning when it listens for it', async t => {
  const limits = { memoryTotal: '10MB', memoryHard: 'off', interval: 200, delay: '1s', warnDelay: '30s' }
  const { said } = await supervised(t, 'host-app.cjs', ['warned'], { limits })
  const warning = { verdict: 'memory', limitName: 'memoryTotal', limit: 10 * 1024 * 1024, terminateIn: 30_000 }
  t.match(find(said, 'heard'), warning)
  t.match(find(said, 'warn'), { channel: true, signal: null })
  t.match(find(said, 'exit'), { code: 0, signal: null, cause: 'limit', verdict: 'memory' })
})

const SPOKEN = { stdout: 'to stdout, having read ""', stderr: 'to stderr' }

t.test("its output is the host's", async t => {
  const { said, stderr } = await supervised(t, 'host-app.cjs', ['speaks'])
  t.match(find(said, 'text'), { text: SPOKEN.stdout })
  t.equal(stderr, `${SPOKEN.stderr}\n`)
})

t.test("its output is nobody's", async t => {
  const { said, stderr } = await supervised(t, 'host-app.cjs', ['speaks'], { stdio: 'ignore' })
  t.equal(find(said, 'text'), undefined)
  t.equal(stderr, '')
  t.match(find(said, 'exit'), { code: 0 })
})

t.test('its output is appended to files', async t => {
  const folder = t.testdir({ 'out.log': 'before\n' })
  const stdio = { stdout: join(folder, 'out.log'), stderr: join(folder, 'err.log') }
  const { said, stderr } = await supervised(t, 'host-app.cjs', ['speaks'], { stdio })
  t.strictSame([find(said, 'text'), stderr], [undefined, ''])
  t.equal(readFileSync(stdio.stdout, 'utf8'), `before\n${SPOKEN.stdout}\n`)
  t.equal(readFileSync(stdio.stderr, 'utf8'), `${SPOKEN.stderr}\n`)
})
