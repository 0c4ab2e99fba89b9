/**
 * Runs tests, and again whenever a source changes: `node scripts/dev.js [ARGUMENT…]`, with the arguments of scripts/test.js. A
 * change during a run ends that run.
 */
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDERS = ['lib', 'workers', 'test', 'scripts']
/** An editor may write a file in several steps. */
const SETTLE_MS = 100

let run = null
let settled = null

for (const folder of FOLDERS) watch(`${ROOT}${folder}`, { recursive: true }, onChange)
start()

function onChange() {
  clearTimeout(settled)
  settled = setTimeout(() => {
    if (run === null) start()
    // It starts again when it has ended.
    else run.kill()
  }, SETTLE_MS)
}

function start() {
  run = spawn(process.execPath, ['scripts/test.js', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' })
  run.on('exit', (_, signal) => {
    run = null
    if (signal === 'SIGTERM') start()
    else console.log('waiting for a change')
  })
}
