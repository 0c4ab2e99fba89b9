/** A program of a benchmark that is asked over IPC, one question at a time. Both ends. */
import { fileURLToPath } from 'node:url'
import { end, startNode } from './children.js'

/** Nothing else of this process's environment reaches it: no flags, no hooks. */
const environment = () => ({ PATH: process.env.PATH, XDG_STATE_HOME: process.env.XDG_STATE_HOME })

/** Starts the program and settles when it can be asked. `url` is a `file:` URL. */
export async function startRemote(url, ...args) {
  const file = fileURLToPath(url)
  const child = await startNode([file, ...args], { env: environment(), stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const hear = what => answerOf(child, `${file}: ${what}`)
  await hear('ready')
  return {
    pid: child.pid,
    ask(verb, ...args) {
      child.send({ verb, args })
      return hear(verb)
    },
    /** Stopped, it costs nothing and does nothing, and neither does a thread in it. */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    end: () => end(child),
  }
}

function answerOf(child, what) {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${what}: it ended before it answered`))
    child.once('exit', ended)
    child.once('message', ({ value, error }) => {
      child.off('exit', ended)
      if (error) reject(new Error(`${what}: ${error}`))
      else resolve(value)
    })
  })
}

/** The program's end. It ends with whoever asks. */
export function answer(verbs) {
  process.on('disconnect', () => process.exit())
  process.on('message', async ({ verb, args }) => {
    try {
      process.send({ value: (await verbs[verb](...args)) ?? null })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
  process.send({ value: null })
}
