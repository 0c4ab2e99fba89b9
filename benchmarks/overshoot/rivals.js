/** Who watches, how it is told to, and how one leaker is put under its watch. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { end, startNode } from '../lib/children.js'
import { endLeakers, LIMIT_MB, leakArgs, MB, readyLeakers } from './leakers.js'
import { monitVersion, openMonit } from './monit.js'
import { openPm2 } from './pm2.js'

/** It has no lower bound of its own. Every 1 ms, it spends a quarter of a core on one child. */
const PM2_FAST_MS = 100

/**
 * `periodMs`: how often it looks; leaks begin so that the limit is passed at chosen points between two looks.
 * `exact`: so much that nothing may run beside it. `examines`: it looks into who has broken a limit before that is ended. `few`: fewer leaks than the others. `unplotted`: its cost is in the table only. `many`: also watches ten quiet children.
 */
export const RIVALS = [
  {
    name: 'osqwatch',
    config: `limits: memoryTotal ${LIMIT_MB} MB, delay 0, warnDelay 0; all else as it comes, heartbeats too; ends by SIGTERM`,
    periodMs: 1000,
    exact: true,
    examines: true,
    many: true,
    open: openOsqwatch({ warnDelay: 0 }),
  },
  {
    name: 'osqwatch, warning first',
    config: 'the same with the default warnDelay, 1 s; memoryHard, by default twice the limit, kills at once',
    periodMs: 1000,
    exact: true,
    examines: true,
    few: true,
    unplotted: true,
    open: openOsqwatch({}),
  },
  {
    name: 'osqwatch, no heartbeats',
    config: 'as the first, with heartbeatInterval off: it looks, as its rivals do, and asks nobody anything',
    quietOnly: true,
    many: true,
    open: openOsqwatch({ warnDelay: 0, heartbeatInterval: 'off', heartbeatLimit: 'off' }),
  },
  {
    name: 'pidusage every 500 ms',
    config: 'a Node process with a timer and pidusage; ends by SIGKILL',
    periodMs: 500,
    exact: true,
    many: true,
    open: openPoll(500),
  },
  { name: 'pidusage every 3 s', config: 'the same', periodMs: 3000, few: true, open: openPoll(3000) },
  {
    name: `pm2 every ${PM2_FAST_MS} ms`,
    config: `max_memory_restart ${LIMIT_MB}M, fork mode, PM2_WORKER_INTERVAL=${PM2_FAST_MS}; ends by SIGINT`,
    periodMs: PM2_FAST_MS,
    exact: true,
    few: true,
    open: (folder, options) => openPm2(folder, { ...options, intervalMs: PM2_FAST_MS }),
  },
  {
    name: 'pm2 as it comes',
    config: 'the same with its own worker interval, 30 s',
    periodMs: 30_000,
    once: true,
    open: openPm2,
  },
  {
    name: 'monit every 1 s',
    config: `set daemon 1, its fastest; if memory > ${LIMIT_MB} MB then exec "/bin/kill -KILL PID"`,
    periodMs: 1000,
    few: true,
    missing: monitVersion() === '' ? 'not installed' : undefined,
    open: (folder, options) => openMonit(folder, { ...options, everyS: 1 }),
  },
  {
    name: 'memmon (supervisord)',
    config: 'looks once a minute: supervisord has no quicker event for it',
    missing: isInstalled('memmon') ? 'not measured: half a minute late at the median' : 'not installed',
  },
  { name: 'an empty Node process', config: 'watches nobody', quietOnly: true, unplotted: true, open: openEmpty },
]

export const OTHER_VERSIONS = monitVersion() === '' ? {} : { monit: monitVersion() }

/** `incidents`: as the option; left out, as it comes. */
export function openOsqwatch(limits, incidents) {
  const all = { memoryTotal: `${LIMIT_MB}MB`, delay: 0, ...limits }
  return async (folder, { rate, count = 1 }) => {
    const host = await startHost('./host.js', { limits: all, incidents, args: leakArgs(folder, rate), count })
    const beganAt = performance.now()
    const threadMs = async () => {
      host.send('status')
      return (await once(host, 'message'))[0]
    }
    const close = async () => {
      const ended = once(host, 'exit')
      host.disconnect()
      await Promise.race([ended, once(AbortSignal.timeout(20_000), 'abort')])
      await end(host)
      await endLeakers(folder)
    }
    await readyLeakers(folder, count)
    return { process: host, beganAt, close, threadMs }
  }
}

function openPoll(everyMs) {
  return async (folder, { rate, count = 1 }) => {
    const options = { everyMs, limitBytes: LIMIT_MB * MB, args: leakArgs(folder, rate), count }
    const host = await startHost('./poll.js', options)
    const beganAt = performance.now()
    await readyLeakers(folder, count)
    const close = async () => {
      await end(host)
      await endLeakers(folder)
    }
    return { process: host, beganAt, close }
  }
}

async function openEmpty() {
  const empty = await startNode(['-e', 'setInterval(() => {}, 2 ** 30)'])
  return { process: empty, beganAt: performance.now(), close: () => end(empty) }
}

async function startHost(name, options) {
  const file = new URL(name, import.meta.url).pathname
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc']
  const host = await startNode([file, JSON.stringify(options)], { stdio })
  await ready(host)
  return host
}

/** Its first message; an end instead of it is an error. */
async function ready(host) {
  const ended = once(host, 'exit').then(([code]) =>
    Promise.reject(new Error(`${host.spawnargs[1]} ended with ${code}`)),
  )
  await Promise.race([once(host, 'message'), ended])
  // Later it may end as it likes.
  ended.catch(() => {})
}

function isInstalled(program) {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
