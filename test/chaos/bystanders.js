/** Innocent bystanders: nobody has any business with them. They tell each signal that they get, and their end is noticed. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { look } from './proc.js'

const LISTENER = fileURLToPath(new URL('./bystander.cjs', import.meta.url))
const LISTENERS = 3
const MOST = 40

export class Bystanders {
  #all = []
  #harmed
  #isOver = false
  /** Settles when those that tell their signals listen for them. */
  ready

  /** `harmed` is told what happened to whom. */
  constructor(harmed) {
    this.#harmed = harmed
    const listeners = Array.from({ length: LISTENERS }, (_, n) => this.#add(process.execPath, [LISTENER], n % 2 === 1))
    this.ready = Promise.all(listeners.map(({ stdout }) => new Promise(resolve => stdout.once('data', resolve))))
  }

  get count() {
    return this.#all.length
  }

  get pids() {
    return this.#all.map(({ pid }) => pid)
  }

  /** One more, whose pid is near to those of the children that begin now. */
  join() {
    if (this.#all.length < MOST) this.#add('sleep', ['3600'], this.#all.length % 2 === 1)
  }

  check() {
    for (const { pid } of this.#all) if (look(pid)?.state === 'T') this.#harmed(`bystander ${pid} was stopped`)
  }

  end() {
    this.#isOver = true
    for (const child of this.#all) child.kill('SIGKILL')
  }

  #add(command, args, detached) {
    const env = { PATH: process.env.PATH }
    const child = spawn(command, args, { env, detached, stdio: ['ignore', 'pipe', 'ignore'] })
    this.#all.push(child)
    child.stdout.on('data', text => {
      const names = String(text)
        .split('\n')
        .filter(word => word.startsWith('SIG'))
      if (names.length > 0) this.#harmed(`bystander ${child.pid} got ${names.join(', ')}`)
    })
    child.on('exit', (code, signal) => {
      if (!this.#isOver) this.#harmed(`bystander ${child.pid} was ended: ${signal ?? code}`)
    })
    return child
  }
}
