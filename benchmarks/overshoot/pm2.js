/** A leaker under a pm2 daemon of its own, in a home of its own. */
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { end, start } from '../lib/children.js'
import { endLeakers, LIMIT_MB, leakArgs, readyLeakers } from './leakers.js'

const require = createRequire(import.meta.url)

export async function openPm2(folder, { rate, intervalMs }) {
  const env = {
    ...process.env,
    PM2_HOME: `${folder}/home`,
    PM2_DISABLE_VERSION_CHECK: 'true',
    ...(intervalMs ? { PM2_WORKER_INTERVAL: String(intervalMs) } : {}),
  }
  mkdirSync(env.PM2_HOME)
  // As pm2 itself starts it, but as a child of ours: it cannot be forgotten.
  const daemon = await start(process.execPath, [require.resolve('pm2/lib/Daemon.js')], {
    env: { ...env, SILENT: 'true' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  await once(daemon, 'message')
  const beganAt = performance.now()
  const [file, ...args] = leakArgs(folder, rate)
  const limit = ['--max-memory-restart', `${LIMIT_MB}M`]
  await pm2(env, 'start', file, ...limit, '--output', '/dev/null', '--error', '/dev/null', '--', ...args)
  await readyLeakers(folder)
  return { process: daemon, beganAt, close: () => close(folder, env, daemon) }
}

async function close(folder, env, daemon) {
  if (daemon.exitCode === null) {
    const ended = once(daemon, 'exit')
    await pm2(env, 'kill')
    await Promise.race([ended, once(AbortSignal.timeout(10_000), 'abort')])
  }
  await end(daemon)
  await endLeakers(folder)
}

async function pm2(env, ...args) {
  const command = await start(process.execPath, [require.resolve('pm2/bin/pm2'), ...args], { env })
  const [code] = await once(command, 'exit')
  if (code !== 0) throw new Error(`pm2 ${args[0]} ended with ${code}`)
}
