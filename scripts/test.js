/** npm test [-- arguments for tap]: the test suite, with a home of its own for what hosts keep. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { run, takeInterrupts } from './nodes.js'
import { withStateHome } from './state-home.js'

const manifest = createRequire(import.meta.url).resolve('tap/package.json')
const tap = join(dirname(manifest), 'dist/esm/run.mjs')

takeInterrupts()
process.exitCode = await withStateHome(folder =>
  run(process.execPath, [tap, ...process.argv.slice(2)], { env: { ...process.env, XDG_STATE_HOME: folder } }),
)
