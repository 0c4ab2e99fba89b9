/**
 * The processes that a benchmark starts. All of them are ended with it, by pid, however it ends: at its end, after an error,
 * on SIGINT, SIGTERM and SIGHUP. Only SIGKILL leaves them, so idle ones are started with an end of their own.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Longer than any benchmark. */
const IDLE_S = 900

const living = new Set()

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})
for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.on(signal, () => process.exit(128 + number))
}

/** Like `spawn`, but settles when the program runs, and its end is seen to. */
export async function start(command, args = [], options = {}) {
  const child = spawn(command, args, { stdio: 'ignore', ...options })
  living.add(child)
  child.once('exit', () => living.delete(child))
  child.once('error', () => living.delete(child))
  await once(child, 'spawn')
  return child
}

/** A Node program, without the flags of this one. */
export const startNode = (args, options) => start(process.execPath, args, options)

/** `count` processes that do nothing. */
export async function startIdle(count) {
  const children = []
  for (let i = 0; i < count; i++) children.push(await start('sleep', [String(IDLE_S)]))
  return children
}

/** Ends them and settles when all are reaped. */
export async function end(...children) {
  await Promise.all(
    children
      .filter(child => living.has(child))
      .map(child => {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        return ended
      }),
  )
}

/** A living child would keep the benchmark from ending. */
export const endAll = () => end(...living)
