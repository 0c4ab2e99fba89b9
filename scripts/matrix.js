/**
 * The test suite under other Nodes: `npm run matrix [versions…]`, 22 and 24 unless told otherwise. Each Node comes from the npm
 * package `node` into a temporary folder, so that nothing of it stays. Exits 1 if the tests failed under any of them.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24']

let running = null

/** Settles with the exit code; a program ended by a signal has failed. */
function run(program, args, options) {
  return new Promise((resolve, reject) => {
    running = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
    running.on('error', reject)
    running.on('close', code => resolve(code ?? 1))
  })
}

/** What `npm run` tells its scripts of itself would make the inner npm write into this project. */
function cleanEnv(path) {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE$)/i.test(name))
  return { ...Object.fromEntries(own), PATH: path }
}

async function tryVersion(version) {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-matrix-'))
  try {
    const npm = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `node@${version}`]
    if ((await run('npm', npm, { cwd: folder, env: cleanEnv(process.env.PATH) })) !== 0) return 'could not be installed'
    const env = cleanEnv([join(folder, 'node_modules', 'node', 'bin'), process.env.PATH].join(delimiter))
    if ((await run('node', ['--version'], { env })) !== 0) return 'does not run'
    return (await run('npm', ['test'], { env })) === 0 ? 'passed' : 'failed'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// Not the default, which would leave the folder behind: the program is ended, and the rest goes its way.
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true
    running?.kill(signal)
  })
}

const results = []
for (const version of versions) {
  if (interrupted) break
  results.push(`Node ${version}: ${await tryVersion(version)}`)
}
for (const line of results) console.log(line)
if (interrupted || results.some(line => !line.endsWith(' passed'))) process.exitCode = 1
