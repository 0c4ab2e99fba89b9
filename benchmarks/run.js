/**
 * node benchmarks/run.js [NAME…] [--quick]: the benchmarks one after the other, each in a process of its own; all of them
 * where none is named. It fails where one of them could not be run. A target that was missed is told, and is no failure.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { NAMES } from './lib/names.js'
import { ROOT } from './lib/places.js'

const words = process.argv.slice(2)
const flags = words.filter(word => word.startsWith('--'))
const named = words.filter(word => !word.startsWith('--'))

const fileOf = name => `${ROOT}benchmarks/${name}.js`
const present = NAMES.filter(name => existsSync(fileOf(name)))

let running = null
let stopped = false
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopped = true
    running?.kill(signal)
  })
}

if (named.some(name => !present.includes(name)) || flags.some(flag => flag !== '--quick')) {
  console.error(`Usage: node benchmarks/run.js [${present.join('|')}]… [--quick]`)
  process.exitCode = 2
} else {
  for (const name of present.filter(name => named.length === 0 || named.includes(name))) {
    if (!stopped) await run(name)
  }
}

/** A benchmark ends what it has started; so it is told to end, and never killed. */
async function run(name) {
  running = spawn(process.execPath, [fileOf(name), ...flags], { cwd: ROOT, stdio: 'inherit' })
  const [code, signal] = await once(running, 'exit')
  if (code === 0) return
  console.error(`${name} ended with ${signal ?? `code ${code}`}`)
  process.exitCode = code ?? 1
}
