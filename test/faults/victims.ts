/** Children that are well until they are struck: alone, as a `module`; or behind a shell, as real apps often are. */
import type { CommandOptions, ModuleOptions } from 'osqwatch'
import type { Test } from 'tap'
import { app, fixture, Output, shell, type Watched } from '../e2e/helpers.js'

const MODULE = fixture('fault-child.cjs')

export class Victims {
  readonly output: Output

  constructor(t: Test, deadlineMs?: number) {
    this.output = new Output(t, 'output', deadlineMs)
  }

  /** `act` as test/fixtures/fault-child.cjs knows it. */
  alone(act: string, options: Partial<ModuleOptions> = {}): ModuleOptions {
    return app(act, { module: MODULE, stdio: this.output.stdio, ...options })
  }

  /** It is not the child's first process that goes wrong, and the first one does nothing but wait for it. */
  wrapped(act: string, options: Partial<CommandOptions> = {}): CommandOptions {
    return shell(`"${process.execPath}" "${MODULE}" ${act}; true`, {
      preload: true,
      stdio: this.output.stdio,
      ...options,
    })
  }

  /** The shell becomes the app, under the same pid. */
  exec(act: string): CommandOptions {
    return shell(`exec "${process.execPath}" "${MODULE}" ${act}`, { preload: true, stdio: this.output.stdio })
  }

  /** Settles when it has been told to do its worst: with the pid of who does. */
  async strike(watched: Watched, child: string): Promise<number> {
    const pid = await this.up(watched, child)
    process.kill(pid, 'SIGUSR2')
    return pid
  }

  /** It has said hello and can be struck. */
  async up(watched: Watched, child: string, life = 1): Promise<number> {
    const { pid } = await watched.event('ready', { child, life })
    await this.output.line(new RegExp(`^up ${pid}$`))
    watched.see(pid as number)
    return pid as number
  }

  /** Somebody whom a child has started, by what it said. */
  async started(watched: Watched): Promise<number> {
    const pid = Number((await this.output.line(/^started/)).slice('started '.length))
    watched.see(pid)
    return pid
  }
}
