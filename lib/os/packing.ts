/** Messages as bytes, which cross a thread's boundary without being copied, and whose size is known. */
import { deserialize, serialize } from 'node:v8'
import type { Ipc } from '../wire/traffic.js'

/** As the child's channel writes it, so that it arrives as it would from `fork()`. Throws what cannot be written so. */
export function pack(message: unknown, ipc: Ipc): Uint8Array<ArrayBuffer> {
  if (ipc === 'advanced') return owned(serialize(message))
  const text = JSON.stringify(message)
  if (text === undefined) throw new TypeError(`${typeof message} has no form in JSON`)
  return owned(Buffer.from(text))
}

export function unpack(bytes: Uint8Array, ipc: Ipc): unknown {
  return ipc === 'advanced' ? deserialize(bytes) : JSON.parse(Buffer.from(bytes.buffer).toString())
}

/** The same bytes with a buffer to themselves, as nothing else can be transferred: small ones share a pool. */
export function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
  return isAlone ? new Uint8Array(buffer) : new Uint8Array(bytes)
}
