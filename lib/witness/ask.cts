/**
 * In the witness's thread: a question to the main thread, through the inspector. It has its time, and never throws. A session lasts
 * for one question: Node tells of one that is still there when the process exits, on the app's stderr.
 */

/** undefined: it has not answered. null: it answers nothing, for a debugger is there. `note` hears why it could not. */
async function ask<T>(
  what: string,
  ms: number,
  note: (line: string) => void = () => {},
  more: unknown = null,
): Promise<{ readonly found: T } | null | undefined> {
  const { Session } = require('node:inspector') as typeof import('node:inspector')
  const session = new Session()
  session.connectToMainThread()
  const call = `globalThis[Symbol.for('osqwatch.client')].look(${JSON.stringify(what)}, ${JSON.stringify(more)})`
  const params = { expression: `${call}//# sourceURL=osqwatch:look`, returnByValue: true }
  const answer = await new Promise<Evaluated>(resolve => {
    const late = setTimeout(() => resolve({}), ms)
    session.post('Runtime.evaluate', params, (error: Error | null, evaluated?: Evaluated) => {
      clearTimeout(late)
      if (error) note(`${what}: ${error.message}`)
      resolve(evaluated ?? {})
    })
  })
  session.disconnect()
  const { result, exceptionDetails } = answer
  const { text, exception } = exceptionDetails ?? {}
  if (text !== undefined) note(`${what}: ${(exception?.description ?? text).split('\n', 1)[0]}`)
  return typeof result?.value === 'string' ? JSON.parse(result.value) : undefined
}

interface Evaluated {
  readonly result?: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } }
}

export = { ask }
