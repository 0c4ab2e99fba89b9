/** A pseudo-terminal, by util-linux's `script`: a shell in it, and keys that are pressed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import type { Test } from 'tap'
import { CLEAN_ENV } from '../fixtures/client-setup.js'
import { Output } from './programs.js'
import { until } from './until.js'

export const hasScript = spawnSync('script', ['--version'], { env: { ...CLEAN_ENV } }).stdout?.includes('util-linux')

export const KEY = { ctrlC: '\x03', ctrlZ: '\x1a' } as const

export class Terminal {
  /** What the app says, past the terminal. */
  readonly output: Output
  shown = ''
  readonly #script: ChildProcess

  constructor(t: Test, command: (file: string) => string) {
    this.output = new Output(t)
    const words = ['-qec', command(this.output.file), '/dev/null']
    this.#script = spawn('script', words, { env: { ...CLEAN_ENV, SHELL: '/bin/sh', TERM: 'dumb' }, stdio: 'pipe' })
    this.#script.stdout?.setEncoding('utf8').on('data', text => {
      this.shown += text
    })
    this.#script.stdin?.on('error', () => {})
    t.teardown(async () => {
      // The terminal goes with it: everybody in it gets SIGHUP.
      this.#script.kill('SIGKILL')
      await until('the terminal is gone', () => this.#script.exitCode !== null || this.#script.signalCode !== null)
    })
  }

  /** The exit status of its command. */
  async ended(): Promise<number | null> {
    await until(
      'it has ended',
      () => this.#script.exitCode !== null,
      undefined,
      () => this.shown,
    )
    return this.#script.exitCode
  }

  press(keys: string): void {
    this.#script.stdin?.write(keys)
  }

  said(): { type: string; pid: number; [key: string]: unknown }[] {
    return this.output.lines.map(line => JSON.parse(line))
  }

  async until(type: string): Promise<{ type: string; pid: number; [key: string]: unknown }> {
    const known = () => `${this.shown} ${this.output.lines}`
    return until(type, () => this.said().find(told => told.type === type), undefined, known)
  }

  shows(text: string): Promise<boolean> {
    return until(
      `it shows ${text}`,
      () => this.shown.includes(text),
      undefined,
      () => this.shown,
    )
  }
}
