import type { Problem } from '../core/words.js'

export type { Problem } from '../core/words.js'

/** Every error that osqwatch raises on purpose, by its stable code. docs/errors.md mirrors this table; a test holds them together. */
export const ERRORS = {
  ERR_OSQWATCH_OPTIONS: 'One or more options are wrong; the message names each, what it got and what it takes.',
  ERR_OSQWATCH_WORKER_FILE: "The watcher thread's file is missing, as when the host was bundled without it.",
  ERR_OSQWATCH_THREAD: 'The watcher thread died, or could not be set up, while this call was under way.',
  ERR_OSQWATCH_CLOSED: 'The watcher has been stopped.',
  ERR_OSQWATCH_UNKNOWN_CHILD: 'No child of that name is supervised.',
  ERR_OSQWATCH_DUPLICATE_CHILD: 'A child of that name is supervised already.',
  ERR_OSQWATCH_SPAWN: 'The program could not be started, and trying again cannot help.',
  ERR_OSQWATCH_SEND: 'The message could not be sent: the child has no channel, is not running, or does not read.',
  ERR_OSQWATCH_ADOPT: 'The process cannot be adopted: it has ended, or it is no child of this process.',
  ERR_OSQWATCH_ADOPTED: 'That child was adopted: it cannot be started again from here.',
  ERR_OSQWATCH_REPLAY: 'A recorded case is not of a form that `osqwatch replay` knows.',
  ERR_OSQWATCH_INCIDENT: 'The file is no incident of a form that this version knows.',
} as const

export type ErrorCode = keyof typeof ERRORS

/** An error of osqwatch: `code` is stable, `problems` lists every wrong option. */
export class OsqwatchError extends Error {
  override readonly name = 'OsqwatchError'
  readonly code: ErrorCode
  readonly problems: readonly Problem[]

  constructor(code: ErrorCode, message: string, problems: readonly Problem[] = [], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.problems = problems
  }
}

/** An error as plain data: a thread's boundary keeps no `code` and no class. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PlainError }

/** The reply's value, or its error with class and code restored. */
export function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw new OsqwatchError(reply.error.code, reply.error.message)
}
