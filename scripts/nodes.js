/** Programs under another Node: it comes from the npm package `node` into a temporary folder, so that nothing of it stays. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

let running = null
let interrupted = false

export const wasInterrupted = () => interrupted

/** Not the default, which would leave the folder behind: the program is ended, and the rest goes its way. */
export function takeInterrupts() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      interrupted = true
      running?.kill(signal)
    })
  }
}

/** Settles with the exit code; a program ended by a signal has failed. One runs at a time. `meet` gets it as it starts. */
export function run(program, args, options, meet = () => {}) {
  return new Promise((resolve, reject) => {
    running = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
    meet(running)
    running.on('error', reject)
    running.on('close', code => resolve(code ?? 1))
  })
}

/** What `npm run` tells its scripts of itself would make the inner npm write into this project. */
function cleanEnv(path) {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE$)/i.test(name))
  return { ...Object.fromEntries(own), PATH: path }
}

/** What `act(env)` settles with, where `node` is of this version by `env`; or `failed(why)`, if there is no such Node. */
export async function withNode(version, act, failed) {
  const folder = mkdtempSync(join(tmpdir(), 'osqwatch-node-'))
  try {
    const npm = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `node@${version}`]
    if ((await run('npm', npm, { cwd: folder, env: cleanEnv(process.env.PATH) })) !== 0) {
      return failed('could not be installed')
    }
    const env = cleanEnv([join(folder, 'node_modules', 'node', 'bin'), process.env.PATH].join(delimiter))
    if ((await run('node', ['--version'], { env })) !== 0) return failed('does not run')
    return await act(env)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
