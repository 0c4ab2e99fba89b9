/** Under what people run their apps with, there is one host, and it is the app's. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import t from 'tap'
import { CLEAN_ENV, fixture } from '../fixtures/client-setup.js'
import { finish, guards, REGISTER, start } from './registered.js'

const TYPED = fixture('register-typed.ts')
const TSX = ['--import', import.meta.resolve('tsx')]
const tsx = join(dirname(createRequire(import.meta.url).resolve('tsx/package.json')), 'dist/cli.mjs')

const WAYS = {
  'tsx as a preload in front': {
    words: [...TSX, ...REGISTER, TYPED],
    env: {},
    isApp: true,
    note: /also run in the host/,
  },
  'tsx as a preload behind': { words: [...REGISTER, ...TSX, TYPED], env: {}, isApp: true, note: /^$/ },
  'tsx itself, by NODE_OPTIONS': {
    words: [tsx, TYPED],
    env: { NODE_OPTIONS: REGISTER.join(' ') },
    isApp: false,
    note: /^$/,
  },
}

for (const [way, { words, env, isApp, note }] of Object.entries(WAYS)) {
  t.test(way, async t => {
    const host = start(t, words, env)
    const { pid } = await host.until('typed')
    t.not(pid, host.pid)
    t.equal(guards(host), 1, 'one host')
    t.equal(
      host.family().some(({ parent, pid: one }) => one === pid && parent === host.pid),
      isApp,
    )
    const { end, stderr } = await finish(host)
    t.strictSame(end, [0, null])
    t.match(stderr, note)
  })
}

t.test('npm is no app, but what its script starts is: a failure is not run again by npm', async t => {
  const script = `"${process.execPath}" ${JSON.stringify(fixture('register-app.cjs'))} exit 9`
  const manifest = { scripts: { start: script }, osqwatch: { restart: 'never' } }
  const folder = t.testdir({ 'package.json': JSON.stringify(manifest) })
  const env = { ...CLEAN_ENV, NODE_OPTIONS: `--import ${import.meta.resolve('osqwatch/register')}` }
  const { status, stdout, stderr } = spawnSync('npm', ['--silent', 'start'], {
    cwd: folder,
    env,
    input: '',
    encoding: 'utf8',
  })
  t.equal(status, 9, stderr)
  t.match(stderr, /^osqwatch: worker .* ended with exit code 9/)
  t.equal(stderr.split('ended with exit code 9').length, 2, `once: ${stdout}`)
})
