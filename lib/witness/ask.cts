/** In the witness's thread: questions to the main thread through the inspector. Each has its time, and none ever throws. */
import type { Profile } from '../wire/evidence.js' with { 'resolution-mode': 'import' }

import profiles = require('./profile.cjs')

const SAMPLING_US = 1_000

class Asker {
  readonly #session: import('node:inspector').Session
  readonly notes: string[]

  constructor(notes: string[] = []) {
    const { Session } = require('node:inspector') as typeof import('node:inspector')
    this.notes = notes
    this.#session = new Session()
    this.#session.connectToMainThread()
  }

  get session(): import('node:inspector').Session {
    return this.#session
  }

  /** null: it has not answered in time, or could not. */
  post<T extends object>(method: string, params: object, ms: number): Promise<T | null> {
    return new Promise(resolve => {
      const late = setTimeout(() => resolve(null), ms)
      this.#session.post(method, params, (error: Error | null, answer?: object) => {
        clearTimeout(late)
        if (error) this.notes.push(`${method}: ${error.message}`)
        resolve(error ? null : ((answer ?? {}) as T))
      })
    })
  }

  /** undefined: it has not answered. null: it answers nothing, for a debugger is there. */
  async look<T>(what: string, ms: number, file = ''): Promise<{ readonly found: T } | null | undefined> {
    const call = `globalThis[Symbol.for('osqwatch.client')].look(${JSON.stringify(what)}, ${JSON.stringify(file)})`
    const params = { expression: `${call}//# sourceURL=osqwatch:look`, returnByValue: true }
    const answer = await this.post<Evaluated>('Runtime.evaluate', params, ms)
    if (answer?.exceptionDetails) {
      const { text, exception } = answer.exceptionDetails
      this.notes.push(`${what}: ${(exception?.description ?? text).split('\n', 1)[0]}`)
    }
    return typeof answer?.result?.value === 'string' ? JSON.parse(answer.result.value) : undefined
  }

  async profile(ms: number, patience: number): Promise<Profile | null> {
    for (const [method, params] of [
      ['Profiler.enable', {}],
      ['Profiler.setSamplingInterval', { interval: SAMPLING_US }],
      ['Profiler.start', {}],
    ] as const) {
      if ((await this.post(method, params, patience)) === null) return null
    }
    await new Promise(resolve => setTimeout(resolve, ms))
    const answer = await this.post<{ profile: Parameters<typeof profiles.prune>[0] }>('Profiler.stop', {}, patience)
    void this.post('Profiler.disable', {}, patience)
    return answer === null ? null : profiles.prune(answer.profile)
  }

  close(): void {
    this.#session.disconnect()
  }
}

interface Evaluated {
  readonly result?: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } }
}

export = { Asker }
