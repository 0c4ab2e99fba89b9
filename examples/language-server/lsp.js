/** The language server protocol, as much of it as the example speaks: JSON behind a header that says how long it is. */
import { EventEmitter } from 'node:events'

const HEADER_END = '\r\n\r\n'

/** One conversation: over the streams of one life. It ends with them. */
export class Conversation extends EventEmitter {
  #stdin
  #received = Buffer.alloc(0)
  #answers = new Map()
  #nextId = 1

  constructor({ stdin, stdout }) {
    super()
    this.#stdin = stdin
    stdout.on('data', chunk => this.#read(chunk))
    stdout.on('close', () => this.#end())
    // The server has gone: its exit is told by the watcher.
    stdin.on('error', () => {})
  }

  /** Rejects when the server ends before it answers. */
  request(method, params) {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject })
      this.#write({ id, method, params })
    })
  }

  notify(method, params) {
    this.#write({ method, params })
  }

  #write(message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#stdin.write(`Content-Length: ${Buffer.byteLength(body)}${HEADER_END}${body}`)
  }

  #read(chunk) {
    this.#received = Buffer.concat([this.#received, chunk])
    for (let message = this.#next(); message !== null; message = this.#next()) this.#hear(message)
  }

  /** The first whole message, taken off what was received; null: it is not whole yet. */
  #next() {
    const headerEnd = this.#received.indexOf(HEADER_END)
    if (headerEnd === -1) return null
    const [, length] = /Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, headerEnd))
    const from = headerEnd + HEADER_END.length
    const to = from + Number(length)
    if (this.#received.length < to) return null
    const body = this.#received.toString('utf8', from, to)
    this.#received = this.#received.subarray(to)
    return JSON.parse(body)
  }

  #hear({ id, method, params, result, error }) {
    // What the server asks of us: nothing that we could do for it.
    if (method !== undefined && id !== undefined) return this.#write({ id, result: null })
    if (method !== undefined) return this.emit(method, params)
    const answer = this.#answers.get(id)
    this.#answers.delete(id)
    if (error === undefined) answer?.resolve(result)
    else answer?.reject(new Error(error.message))
  }

  #end() {
    for (const { reject } of this.#answers.values()) reject(new Error('the language server has ended'))
    this.#answers.clear()
  }
}
