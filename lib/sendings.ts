/** Messages on their way to children: packed as each child's channel wants it, and settled when the system has them. */
import { pack } from './os/packing.js'
import { OsqwatchError } from './wire/errors.js'
import type { Ipc } from './wire/traffic.js'

interface Sending {
  readonly child: string
  resolve(): void
  reject(error: Error): void
}

export class Sendings {
  readonly #open = new Map<number, Sending>()
  #nextId = 1

  get size(): number {
    return this.#open.size
  }

  /** `begin` is told the id by which `settle` is called later. */
  add(child: string, begin: (id: number) => void): Promise<void> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#open.set(id, { child, resolve, reject })
      begin(id)
    })
  }

  settle(id: number, error: string | null): void {
    const sending = this.#open.get(id)
    this.#open.delete(id)
    if (error === null) sending?.resolve()
    else sending?.reject(unsent(sending.child, error))
  }

  rejectAll(reason: Error): void {
    for (const { reject } of this.#open.values()) reject(reason)
    this.#open.clear()
  }
}

export const unsent = (child: string, why: string, cause?: unknown): OsqwatchError =>
  new OsqwatchError('ERR_OSQWATCH_SEND', `the message to '${child}' could not be sent: ${why}`, [], { cause })

export function packed(child: string, ipc: Ipc, message: unknown): Uint8Array<ArrayBuffer> {
  try {
    return pack(message, ipc)
  } catch (error) {
    throw unsent(child, error instanceof Error ? error.message : String(error), error)
  }
}
