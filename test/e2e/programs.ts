/** Children for the end-to-end tests: this package's own app or a shell, without the test runner's hooks, and their output. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandOptions, ModuleOptions } from 'osqwatch'
import type { Test } from 'tap'
import { fixture } from '../fixtures/paths.js'
import { USABLE_PATH } from '../fixtures/usable-path.js'
import { until } from './until.js'

export { fixture }

/** Nothing of the runner's, nothing of the machine's but PATH. */
export const CLEAN_ENV: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(Object.keys(process.env).map(name => [name, undefined])),
  PATH: USABLE_PATH,
}

/** test/fixtures/e2e-app.cjs under the watcher; `manners` are its arguments. */
export function app(manners: string, options: Partial<ModuleOptions> = {}): ModuleOptions {
  const args = manners.split(' ').filter(word => word !== '')
  const { env, ...rest } = options
  return { module: fixture('e2e-app.cjs'), args, stdio: 'ignore', env: { ...CLEAN_ENV, ...env }, ...rest }
}

export function shell(script: string, options: Partial<CommandOptions> = {}): CommandOptions {
  const { env, ...rest } = options
  return { command: 'sh', args: ['-c', script], stdio: 'ignore', env: { ...CLEAN_ENV, ...env }, ...rest }
}

/** A file that children write to, and what is in it. */
export class Output {
  readonly file: string
  readonly stdio: { readonly stdout: string; readonly stderr: string }
  readonly #deadlineMs: number | undefined

  /** `deadlineMs`: for each line that is waited for. */
  constructor(t: Test, name = 'output', deadlineMs?: number) {
    this.#deadlineMs = deadlineMs
    this.file = join(t.testdir({ [name]: '' }), name)
    this.stdio = { stdout: this.file, stderr: this.file }
  }

  /** Whole lines only: the last may be on its way. */
  get lines(): string[] {
    return readFileSync(this.file, 'utf8').split('\n').slice(0, -1)
  }

  line(wanted: RegExp): Promise<string> {
    return until(`a line like ${wanted}`, () => this.lines.find(line => wanted.test(line)), this.#deadlineMs)
  }
}
