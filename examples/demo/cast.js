/** Who is supervised, and within which limits. The limits are short, so that it all fits into half a minute. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const child = file => new URL(`./children/${file}`, import.meta.url)
const path = url => fileURLToPath(url)

const FILE = path(new URL('../../lib/watcher.ts', import.meta.url))
const TSSERVER = createRequire(import.meta.url).resolve('typescript/lib/tsserver.js')

/** For everybody who has no limits of his own. */
export const LIMITS = {
  memory: '200MB',
  interval: 500,
  heartbeatInterval: 250,
  heartbeatLimit: '30s',
  delay: '1s',
  warnDelay: 500,
  stopTimeout: '3s',
}

/** Who comes back until it is given up, or until it serves the block, is not waited for longer than this. */
const SOON = '4s'

export const STUBBORN_TERM_TO_KILL_MS = 2000
export const CRASHES_BEFORE_GIVING_UP = 3

/** The options of createWatcher, level app. */
export function cast(stage) {
  return {
    limits: LIMITS,
    incidents: { dir: stage.incidents, cooldown: 0 },
    worker: worker(stage),
    extensions: {
      tsserver: tsserver(stage),
      leak: {
        module: child('leak.js'),
        stdio: 'ignore',
        limits: { memory: '100MB', respawnLimit: 20, respawnMaxDelay: SOON },
      },
      spinner: { module: child('spin.js'), stdio: 'ignore', limits: { heartbeatLimit: '1s' } },
      burner: {
        module: child('burn.js'),
        stdio: 'ignore',
        limits: { utilization: '0.1 core', interval: '1s', latency: '3s' },
      },
      stubborn: {
        module: child('stubborn.js'),
        stdio: 'ignore',
        restart: 'never',
        limits: { memory: '80MB', memoryHard: 'off', forcedShutdownDelay: STUBBORN_TERM_TO_KILL_MS },
      },
      crasher: {
        module: child('crash.js'),
        stdio: 'ignore',
        limits: { respawnLimit: CRASHES_BEFORE_GIVING_UP, respawnMaxDelay: SOON },
      },
    },
  }
}

function worker({ requests, answers, log }) {
  return {
    module: child('worker.js'),
    stdio: 'ignore',
    env: { DEMO_REQUESTS: requests, DEMO_ANSWERS: answers, DEMO_LOG: log, DEMO_FILE: FILE },
    limits: { utilization: '0.5 core', latency: '12s' },
  }
}

/** It grows by some 200 MB on its first file, and is busy with it for seconds: both are its work. */
function tsserver({ requests, answers, complaints }) {
  return {
    module: TSSERVER,
    args: ['--disableAutomaticTypingAcquisition', '--suppressDiagnosticEvents'],
    execArgv: ['--require', path(child('stdin-from.cjs'))],
    env: { DEMO_STDIN: requests, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: { stdout: answers, stderr: complaints },
    limits: { memory: '1GB' },
  }
}
