/** Whole hosts as processes of their own: a clean env, what they say line by line, and everybody who descends from them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Test } from 'tap'
import { CLEAN_ENV, fixture } from '../fixtures/client-setup.js'
import { isGone } from './proc.js'
import { type Bearer, bearers, isAlive, killNow } from './processes.js'
import { until } from './until.js'

/** A line of a host or of its children: an event, or what its fixture tells. A line that is no JSON is `text`. */
export interface Said {
  readonly type?: string
  readonly child?: string
  readonly pid?: number
  readonly at?: number
  readonly [key: string]: unknown
}

type End = readonly [code: number | null, signal: NodeJS.Signals | null]

/** A host that came to its end, and what it said. */
export interface Ended {
  readonly end: End
  readonly said: readonly Said[]
  readonly stderr: string
}

export class Host {
  readonly pid: number
  readonly said: Said[] = []
  stderr = ''
  readonly #process: ChildProcess
  /** Its output has ended, too: nobody holds it open any more. */
  #closed = false
  /** In PATH, the one variable that everybody hands on: also the guard, which has an env of its own. */
  readonly #mark = `/mark-${randomUUID()}`
  readonly #seen = new Map<string, Bearer>()

  /** `before`: a program and arguments that become the host in the end, as `exec "$@"` does. */
  constructor(args: readonly string[], more: Readonly<Record<string, string>> = {}, before: readonly string[] = []) {
    const env = { ...CLEAN_ENV, ...more, PATH: `${CLEAN_ENV.PATH}:${this.#mark}` }
    const [program, ...rest] = [...before, process.execPath, '--no-warnings', ...args] as [string, ...string[]]
    this.#process = spawn(program, rest, { env, stdio: 'pipe' })
    this.pid = this.#process.pid as number
    this.#process.on('close', () => {
      this.#closed = true
    })
    createInterface({ input: this.#process.stdout as Readable }).on('line', line => this.said.push(parse(line)))
    this.#process.stderr?.setEncoding('utf8').on('data', text => {
      this.stderr += text
    })
    // EPIPE: it ended before it heard.
    this.#process.stdin?.on('error', () => {})
  }

  /** How it ended: it alone, whoever may hold its output open. */
  async ended(): Promise<End> {
    const { exitCode, signalCode } = this.#process
    if (exitCode !== null || signalCode !== null) return [exitCode, signalCode]
    await this.#waitFor('its end', () => this.#process.exitCode !== null || this.#process.signalCode !== null)
    return [this.#process.exitCode, this.#process.signalCode]
  }

  /** The end of its stdin. */
  shut(): void {
    this.#process.stdin?.end()
  }

  /** One line on its stdin. */
  order(word: string): void {
    this.#process.stdin?.write(`${word}\n`)
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Waits for an event, or whatever else it says, of this type. */
  until(type: string, fits: (said: Said) => boolean = () => true): Promise<Said> {
    return this.#waitFor(type, () => this.said.find(said => said.type === type && fits(said)))
  }

  /** Everybody who carries its mark and lives, itself excepted. */
  family(): Bearer[] {
    const family = bearers(this.#mark).filter(({ pid }) => pid !== this.pid)
    for (const member of family) this.#seen.set(`${member.pid} ${member.start}`, member)
    return family
  }

  guard(): Bearer | undefined {
    return this.family().find(({ pid, command }) => command.includes('osqwatch-guard') && isAlive(pid))
  }

  /** Settles when it has ended and so has everybody who was ever seen around it: no process is left, and no zombie. */
  async allGone(): Promise<void> {
    await this.ended()
    const left = () =>
      JSON.stringify(this.family().map(({ pid, state, command }) => ({ pid, state, command: command.slice(-200) })))
    await until('its family is gone', () => this.family().length === 0, undefined, left)
    await until('nobody is left as a zombie', () => [...this.#seen.values()].every(isGone))
    await until('its output has ended', () => this.#closed)
  }

  /** All of it, by pid: what a failed test leaves. */
  async destroy(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.ended()
    await until('the rest is ended', () => {
      const rest = this.family()
      for (const { pid } of rest) killNow(pid)
      return rest.length === 0
    })
  }

  #waitFor<T>(what: string, ask: () => T): Promise<NonNullable<T>> {
    return until(what, ask, undefined, () => `${JSON.stringify(this.said)}\nstderr: ${this.stderr}`)
  }
}

function parse(line: string): Said {
  try {
    return JSON.parse(line)
  } catch {
    return { type: 'text', text: line }
  }
}

/** A host that runs a fixture; whatever becomes of the test, it and its family end with it. */
export function startHost(t: Test, name: string, ...args: string[]): Host {
  const host = new Host([fixture(name), ...args])
  t.teardown(() => host.destroy())
  return host
}

/** The same behind what `before` does to it, and with arguments of Node's own before the fixture. */
export function startHostBehind(t: Test, before: readonly string[], args: readonly string[]): Host {
  const host = new Host(args, {}, before)
  t.teardown(() => host.destroy())
  return host
}

/** Runs a host to its end, and sees to it that nobody is left. */
export async function runHost(t: Test, name: string, ...args: string[]): Promise<Ended> {
  const host = startHost(t, name, ...args)
  const end = await host.ended()
  await host.allGone()
  return { end, said: host.said, stderr: host.stderr }
}
