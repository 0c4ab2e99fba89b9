/** The package as its users have it: both module systems, its types, its program, a host that was bundled badly. */
import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import { CLEAN_ENV } from '../fixtures/client-setup.js'
import { root } from '../fixtures/paths.js'
import { runHost } from './hosts.js'

const require = createRequire(import.meta.url)
const { version } = require('osqwatch/package.json')

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(command: string, args: readonly string[], cwd = root): Promise<Result> {
  return new Promise(resolve => {
    execFile(command, args, { cwd, env: CLEAN_ENV }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

t.test('require() works from CommonJS', async t => {
  const { end, said, stderr } = await runHost(t, 'host-common.cjs')
  t.strictSame([end, stderr], [[0, null], ''])
  t.match(said.at(-1), { type: 'closed', report: { code: 0 }, errors: 'function' })
})

t.test('its front door and its package.json are all there is to import', async t => {
  t.type((await import('osqwatch')).createWatcher, 'function')
  t.equal(version, '0.1.0')
  t.throws(() => require.resolve('osqwatch/dist/lib/watcher.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' })
})

const CONSUMER = `
import { createWatcher, type LimitEvent, OsqwatchError, type ShutdownReport, type StatusRow, type Watcher } from 'osqwatch'

const watcher: Watcher = await createWatcher({
  limits: { memory: '300MB', utilization: '0.5 core' },
  extensions: { thumbs: { module: new URL('./thumbs.js', import.meta.url), restart: 'always' } },
})
watcher.on('limit', (event: LimitEvent) => console.warn(event.message, event.verdict === 'memory'))
watcher.on('exit', ({ code, signal, cause }) => console.log(code?.toFixed(), signal, cause === 'limit'))
watcher.on('event', event => event.type === 'backoff' && event.delay.toFixed())
await watcher.add('indexer', { command: 'indexer', args: ['--stdio'] })
const rows: StatusRow[] = await watcher.status()
const report: ShutdownReport = await watcher.stop()
console.log(rows.length, report.code, new OsqwatchError('ERR_OSQWATCH_CLOSED', 'closed').code)
export async function scoped() {
  await using other = await createWatcher()
  await other.restart('indexer')
}
// @ts-expect-error a child has a module or a command
await watcher.add('neither', {})
// @ts-expect-error no such event
watcher.on('limits', () => {})
`

/** Every library is checked, and there is no DOM. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  },
}

t.test('its types are whole, without those of the DOM', async t => {
  const folder = t.testdir({
    'package.json': JSON.stringify({ type: 'module' }),
    'tsconfig.json': JSON.stringify(TSCONFIG),
    'consumer.ts': CONSUMER,
  })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'osqwatch'), 'dir')
  const tsc = require.resolve('typescript/bin/tsc')
  t.strictSame(await run(process.execPath, [tsc, '-p', folder]), { code: 0, stdout: '', stderr: '' })
})

t.test('a host without the file of the watcher thread is told so, and nothing is left running', async t => {
  const missing = join(root, 'bundle', 'watcher.js')
  const { end, said } = await runHost(t, 'host-refused.mjs', missing)
  t.strictSame(end, [0, null])
  const refused = said.find(({ type }) => type === 'refused')
  t.match(refused, { ours: true, code: 'ERR_OSQWATCH_WORKER_FILE', message: /workerPath/ })
  t.match(refused, { message: missing })
  t.strictSame(said.at(-1), { type: 'threads', threads: 0 })
})

t.test('its program tells its version', async t => {
  const told = { code: 0, stdout: `${version}\n`, stderr: '' }
  t.strictSame(await run(process.execPath, [join(root, 'dist/lib/cli.js'), '--version']), told)
  t.strictSame(await run(join(root, 'dist/lib/cli.js'), ['--version']), told, 'as a program of its own')
})
