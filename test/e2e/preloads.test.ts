/** A host with preloads of its own: they are for the host and, where its env says so, its children; never for the thread. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { CLEAN_ENV } from '../fixtures/client-setup.js'

const PRELOAD = `
  const { isMainThread } = require('node:worker_threads')
  require('node:fs').writeSync(1, (isMainThread ? 'main' : 'thread') + ' of ' + process.pid + '\\n')
`
const HOST = `
  import { createWatcher } from 'osqwatch'
  const watcher = await createWatcher({ extensions: { idle: { module: process.argv[2] } } })
  watcher.ref()
  const { pid } = await new Promise(resolve => watcher.once('ready', resolve))
  await watcher.stop()
  console.log(JSON.stringify({ host: process.pid, child: pid }))
`

for (const way of ['NODE_OPTIONS', 'its arguments']) {
  t.test(`by ${way}`, async t => {
    // Below the package's root, where it finds itself by its name.
    const dir = t.testdir({ 'preload.cjs': PRELOAD, 'host.mjs': HOST, 'idle.cjs': 'setInterval(() => {}, 1000)' })
    const preload = ['--require', join(dir, 'preload.cjs')]
    const isEnv = way === 'NODE_OPTIONS'
    const args = [...(isEnv ? [] : preload), join(dir, 'host.mjs'), join(dir, 'idle.cjs')]
    const env = { ...CLEAN_ENV, ...(isEnv && { NODE_OPTIONS: `${preload[0]} "${preload[1]}"` }) }
    const stdout = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, args, { env }, (error, stdout) => (error ? reject(error) : resolve(stdout)))
    })
    const lines = stdout.trimEnd().split('\n')
    const { host, child } = JSON.parse(lines.pop() as string)
    t.strictSame(lines, isEnv ? [`main of ${host}`, `main of ${child}`] : [`main of ${host}`])
  })
}
